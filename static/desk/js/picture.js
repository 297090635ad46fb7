// A field for a picture: choose one of the library.
import { choosePicture } from "desk/chooser";

for (const field of document.querySelectorAll("[data-picture]")) {
  const input = field.querySelector("input"), shown = field.querySelector("[data-picture-shown]");
  const words = field.querySelector("[data-picture-words]"), button = field.querySelector("[data-picture-choose]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const picture = await choosePicture();
    button.focus();
    if (!picture) return;
    input.value = picture.code;
    shown.src = picture.url;
    shown.alt = picture.alt;
    shown.hidden = false;
    const apart = said => Object.assign(document.createElement("bdi"), { textContent: said });
    words.replaceChildren(...[picture.caption, picture.credit].filter(Boolean).flatMap(said => [" · ", apart(said)]).slice(1));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
