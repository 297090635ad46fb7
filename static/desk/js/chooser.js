// A dialog that shows the library and resolves to the picture an editor chose, or to null.
const say = window.gettext || (words => words);
const library = () => document.querySelector("[data-chooser]").dataset.chooser;

export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export async function findPictures(words) {
  const answer = await fetch(`${library()}?q=${encodeURIComponent(words)}`, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(say("Could not reach the library."));
  return (await answer.json()).pictures;
}

export function choosePicture() {
  return new Promise(resolve => {
    const search = element("input", { type: "search", placeholder: say("Caption, credit, file name or code") });
    search.setAttribute("aria-label", say("Find a picture"));
    const list = element("ul", { className: "chooser-list" });
    const status = element("p", { className: "quiet" });
    status.setAttribute("role", "status");
    const close = element("button", { type: "button", className: "button", textContent: say("Cancel") });
    const upload = element("a", { className: "button", href: library().replace(/choose\/$/, "add/"), target: "_blank", textContent: say("Upload a new picture…") });
    const dialog = element("dialog", { className: "chooser" },
      element("h2", { textContent: say("Choose a picture") }), search, status, list,
      element("p", { className: "acts" }, upload, close));
    dialog.setAttribute("aria-label", say("Choose a picture"));
    let chosen = null, asked = 0;

    async function show() {
      const turn = ++asked;
      let pictures;
      try { pictures = await findPictures(search.value); } catch (error) { status.textContent = error.message; return; }
      if (turn != asked) return;
      status.textContent = pictures.length ? "" : say("No pictures match. Upload one?");
      list.replaceChildren(...pictures.map(picture => {
        const button = element("button", { type: "button" },
          element("img", { src: picture.url, alt: picture.alt }),
          element("span", { dir: "auto", textContent: picture.caption }),
          element("small", { dir: "auto", textContent: picture.credit || say("No credit") }));
        button.addEventListener("click", () => { chosen = picture; dialog.close(); });
        return element("li", {}, button);
      }));
    }

    let pause;
    search.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(show, 200); });
    search.addEventListener("keydown", event => { if (event.key == "Enter") { event.preventDefault(); list.querySelector("button")?.focus(); } });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); resolve(chosen); });
    addEventListener("focus", function again() { dialog.isConnected ? show() : removeEventListener("focus", again); });
    document.body.append(dialog);
    dialog.showModal();
    show();
  });
}
