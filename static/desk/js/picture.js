// A field for a picture: choose one of the library.
import { send, takeDrops } from "desk/arrivals";
import { choosePicture } from "desk/chooser";

for (const field of document.querySelectorAll("[data-picture]")) {
  const input = field.querySelector("input"), shown = field.querySelector("[data-picture-shown]");
  const words = field.querySelector("[data-picture-words]"), button = field.querySelector("[data-picture-choose]");
  const drop = field.querySelector("[data-picture-drop]");
  field.querySelector("[data-picture-acts]").hidden = false;
  drop.hidden = !input.value;
  if (!field.closest(".errors")) input.hidden = true;  // the code is for whoever has no script
  if (!input.value) words.textContent = "";
  drop.addEventListener("click", () => {
    input.value = words.textContent = "";
    shown.hidden = drop.hidden = true;
    button.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  function put(picture) {
    input.value = picture.code;
    shown.src = picture.url;
    shown.alt = picture.alt;
    shown.hidden = drop.hidden = false;
    const apart = said => Object.assign(document.createElement("bdi"), { textContent: said });
    words.replaceChildren(...[picture.caption, picture.credit].filter(Boolean).flatMap(said => [" · ", apart(said)]).slice(1));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  button.addEventListener("click", async () => {
    const picture = await choosePicture({ now: input.value });
    button.focus();
    if (picture) put(picture);
  });
  takeDrops(field, ([file]) => {
    const row = field.querySelector("[data-arriving]");
    row.hidden = false;
    send(file, row, {
      take(picture) { row.hidden = true; put(picture); },
      away() { row.hidden = true; button.focus(); },
    });
  });
}
