// A dialog that shows the library and resolves to the picture an editor chose, or to null; of `several`, to a list of
// them in the order in which they were pressed. What is not there yet is uploaded in it.
import { askForWords, pastedFiles, send, takeDrops } from "desk/arrivals";
import { element } from "desk/element";
import { findPictures, flagsOf } from "desk/library";

const say = window.gettext || (words => words);
const PAUSE = 200;  // milliseconds
const inStory = () => [...document.querySelectorAll("[name=lead_image], [data-image]")].map(one => one.dataset.image ?? one.value).filter(Boolean);
const CHIPS = [["", say("Newest")], ["mine", say("Mine")], ["story", say("In this story")], ["credited", say("With a credit")]];

const button = (textContent, className = "button") => element("button", { type: "button", className, textContent });

// One picture of the grid. One that may not be used any more can be read, not chosen.
function tile(picture, isNow) {
  const made = element("button", { type: "button", tabIndex: -1 },
    element("img", { src: picture.url, alt: "", width: picture.width, height: picture.height, loading: "lazy", decoding: "async" }),
    element("span", { className: "name", dir: "auto", textContent: picture.caption }), " ",
    element("small", { dir: "auto", textContent: picture.credit }), " ",
    element("span", { className: "flags" }, ...flagsOf(picture).flatMap(flag => [flag, " "])));
  made.role = "option";
  made.dataset.code = picture.code;
  made.ariaSelected = String(isNow);
  if (picture.stops) made.ariaDisabled = "true";
  return made;
}

// Where an arrow key, Home or End leads from a tile: another one, or nothing if it leads out of the grid.
function nextTile(list, at, key) {
  const tiles = [...list.children], columns = tiles.filter(one => one.offsetTop == tiles[0].offsetTop).length;
  const aside = getComputedStyle(list).direction == "rtl" ? -1 : 1, row = Math.floor(at / columns), rows = Math.ceil(tiles.length / columns);
  if (key == "Home") return tiles[0];
  if (key == "End") return tiles.at(-1);
  if (key == "ArrowRight" || key == "ArrowLeft") return tiles[at + (key == "ArrowRight" ? aside : -aside)] ?? tiles[at];
  if (key == "ArrowUp") return tiles[at - columns];
  return tiles[at + columns] ?? (row < rows - 1 ? tiles.at(-1) : undefined);
}

export function choosePicture({ now = "", several = false } = {}) {
  return new Promise(resolve => {
    const title = element("h2", { id: "chooser-title", textContent: several ? say("Choose pictures") : say("Choose a picture") }), close = button("✕", "close");
    const search = element("input", { type: "search", placeholder: say("Caption, credit, place, file name or code"), dir: "auto", autofocus: true });
    const chips = element("ul", { className: "chips" }), status = element("span"), again = button(say("Try again")), uploadOne = button(say("Upload one?"), "plain");
    const told = element("p", { className: "quiet told" }, status, again, uploadOne);
    const list = element("div", { className: "chooser-list" }), more = button(say("More pictures")), arrived = element("ul", { className: "arrivals" });
    const input = element("input", { type: "file", accept: "image/*", multiple: true, hidden: true }), choose = button(say("Upload…")), hint = element("span", { className: "quiet", textContent: say("or drop or paste files here") });
    const cancel = button(say("Cancel")), done = button("", "button default"), acts = element("p", { className: "acts" }, done, choose, hint, input, cancel);
    const dialog = element("dialog", { className: "chooser pictures" }, element("div", { className: "head" }, title, close), search, chips, arrived, told, list, more, acts);
    dialog.setAttribute("aria-labelledby", title.id);
    search.ariaLabel = say("Find a picture");
    chips.ariaLabel = say("Show");
    status.role = "status";
    list.role = "listbox";
    list.ariaLabel = say("Pictures");
    if (several) list.ariaMultiSelectable = "true";
    close.ariaLabel = say("Close");
    const picked = new Map(), offered = new Map();  // of several: by their codes, and with what keeps the words typed for them
    let chosen = null, mayAdd = false, shownFor = null, only = "", older = "", asked = 0, pause;

    // The grid

    async function show({ goesOn = false } = {}) {
      clearTimeout(pause);
      const turn = ++asked, q = search.value.trim(), question = { q, only, ...only == "story" && { codes: inStory().join(" ") }, ...goesOn && { before: older } };
      list.ariaBusy = "true";
      const found = await findPictures(question).catch(error => ({ error }));
      if (turn != asked) return;
      list.ariaBusy = "false";
      again.hidden = !found.error;
      uploadOne.hidden = true;
      if (found.error) { status.textContent = found.error.message; again.goesOn = goesOn; return; }
      shownFor = q;
      if (!goesOn) list.replaceChildren();
      const first = list.childElementCount, tiles = found.pictures.map(picture => {
        const made = tile(picture, picture.code == now || picked.has(picture.code));
        made.addEventListener("click", () => {
          if (picture.stops) status.textContent = say("%s. Choose another picture.").replace("%s", picture.stops);
          else if (several) pick(picture);
          else use(picture);
        });
        return made;
      });
      list.append(...tiles);
      older = found.older;
      more.hidden = !older;
      more.textContent = found.pictures.length ? say("More pictures") : say("Look further back");
      const n = list.childElementCount;
      list.hidden = !n;
      mayAdd = found.may_add;
      choose.hidden = hint.hidden = !mayAdd;
      uploadOne.hidden = Boolean(n) || !found.may_add || only == "story";
      status.textContent = n ? (n == 1 ? say("1 picture") : say("%s pictures").replace("%s", n)) + (older ? say(", and more") : "") : nothing(q);
      stop(goesOn ? tiles[0] ?? list.lastElementChild : list.firstElementChild);
      if (goesOn) (list.children[first] ?? search).focus();
    }

    function nothing(q) {
      if (older) return say("None so far.");
      if (q) return say("No pictures match “%s”.").replace("%s", q);
      return { mine: say("You have added no pictures yet."), story: say("This story shows no pictures yet."), credited: say("No picture has a credit yet.") }[only] ?? say("No pictures yet.");
    }

    const stop = at => { for (const one of list.children) one.tabIndex = one == at ? 0 : -1; };
    list.addEventListener("focusin", ({ target }) => stop(target.closest("[role=option]")));
    list.addEventListener("keydown", event => {
      const at = [...list.children].indexOf(document.activeElement);
      if (!/^(Arrow|Home$|End$)/.test(event.key) || at < 0) return;
      event.preventDefault();
      const next = nextTile(list, at, event.key) ?? (event.key == "ArrowUp" ? search : more.hidden ? null : more);
      next?.focus();
    });
    more.addEventListener("keydown", event => { if (event.key == "ArrowUp") { event.preventDefault(); list.lastElementChild?.focus(); } });
    more.addEventListener("click", () => show({ goesOn: true }));
    again.addEventListener("click", () => { search.focus(); show({ goesOn: again.goesOn }); });
    search.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(show, PAUSE); });
    search.addEventListener("keydown", async event => {
      if (event.isComposing || !["Enter", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      if (shownFor != search.value.trim()) await show();
      list.querySelector("[tabindex='0']")?.focus();
    });
    chips.append(...CHIPS.filter(([name]) => name != "story" || document.querySelector("#article_form, #page_form")).map(([name, words]) => {
      const chip = button(words, "");
      chip.ariaPressed = String(name == only);
      chip.addEventListener("click", () => {
        only = name;
        for (const other of chips.querySelectorAll("button")) other.ariaPressed = String(other == chip);
        show();
      });
      return element("li", {}, chip);
    }));

    // What is uploaded here

    function take(files) {
      for (const file of files) {
        const row = element("li");
        arrived.append(row);
        send(file, row, { take: (picture, isTwin) => { if (dialog.isConnected) offer(picture, isTwin, row, files.length == 1); } });
      }
    }

    function offer(picture, isTwin, row, isOnly) {
      const ask = askForWords(picture), go = button(several ? say("Done") : say("Use this picture"), "button default");
      const later = several ? button(say("Leave it out"), "plain") : button(say("Use it, and fill in later"), "plain");
      const press = mayLack => async () => { if (await ask.save(mayLack)) several ? settle(picture, row) : use(picture); };
      const words = [...ask.fields, element("p", { className: "acts" }, go, ...several || picture.missing.length ? [later] : [])];
      const what = element("p", {}, element("bdi", { textContent: picture.caption }));
      if (isTwin) what.append(element("br"), say("The library has this file already."));
      if (picture.credit) what.append(element("br"), element("bdi", { className: "quiet", textContent: picture.credit }));
      go.addEventListener("click", press(several));
      later.addEventListener("click", several ? () => { pick(picture, false); settle(picture, row); } : press(true));
      row.className = "arrived";
      row.replaceChildren(element("img", { src: picture.url, alt: "" }), element("div", { className: "words-asked" }, what, ...words));
      row.addEventListener("keydown", event => { if (event.key == "Enter" && event.target.matches("input")) { event.preventDefault(); go.click(); } });
      if (isTwin && !several) go.textContent = say("Use it");
      status.textContent = isTwin ? say("The library has this file already.") : say("It is in the library.");
      if (several) {
        offered.set(picture.code, () => ask.save(true));
        pick(picture, true);
      }
      if (isOnly) row.querySelector("input, textarea, button")?.focus();
    }

    // Several are pressed one after the other, and a second press leaves one out again. What is uploaded among them is meant.
    function pick(picture, isWanted = !picked.has(picture.code)) {
      picked.delete(picture.code);
      if (isWanted) picked.set(picture.code, picture);
      for (const one of list.querySelectorAll(`[data-code="${picture.code}"]`)) one.ariaSelected = String(isWanted);
      const n = picked.size;
      done.disabled = !n;
      done.textContent = n == 1 ? say("Add 1 picture") : n ? say("Add %s pictures").replace("%s", n) : say("Add pictures");
      status.textContent = n == 1 ? say("1 picture chosen") : say("%s pictures chosen").replace("%s", n);
    }

    function settle(picture, row) {
      offered.delete(picture.code);
      row.remove();
      (arrived.querySelector("input, textarea, button") ?? (done.disabled ? search : done)).focus();
    }

    async function addThem() {
      if (arrived.querySelector(".arriving")) { status.textContent = say("A file is still on its way. Wait for it, or close its line."); return; }
      for (const keep of offered.values()) if (!await keep()) return;
      chosen = [...picked.values()];
      dialog.close();
    }

    function use(picture) {
      chosen = picture;
      dialog.close();
    }

    for (const one of [choose, uploadOne]) one.addEventListener("click", () => input.click());
    input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
    takeDrops(dialog, files => { if (mayAdd) take(files); });
    dialog.addEventListener("paste", event => {
      const files = pastedFiles(event.clipboardData);
      if (!files.length || !mayAdd) return;
      event.preventDefault();
      take(files);
    });
    done.hidden = !several;
    done.disabled = true;
    done.textContent = say("Add pictures");
    done.addEventListener("click", addThem);
    for (const one of [close, cancel]) one.addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", event => event.stopPropagation());  // the desk's own keys sleep meanwhile
    dialog.addEventListener("close", () => { clearTimeout(pause); dialog.remove(); resolve(chosen); });
    for (const one of [again, uploadOne, more, choose, hint]) one.hidden = true;
    document.body.append(dialog);
    dialog.showModal();
    show();
  });
}
