// The gallery as a list of pictures with their words for this story. The text area, a picture on a line, stays what the
// form sends and what autosave fills.
import { choosePicture } from "desk/chooser";
import { grow } from "desk/grow";
import { pictureOf } from "desk/library";
import { say } from "desk/server";
import { sortable, standIn } from "desk/ordered";
import { tell } from "desk/toast";

const WORDS = ["caption", "alt"];
const oneLine = text => text.trim().replace(/\s+/g, " ");

// As articles/admin/widgets.py reads and writes it.
function read(text) {
  return text.split("\n").filter(line => line.trim()).map(line => {
    const [image, caption = "", ...alt] = line.split(/(?<!\\)\|/).map(part => oneLine(part).replaceAll("\\|", "|"));
    return { image: image.toLowerCase(), caption, alt: alt.filter(Boolean).join(" ") };
  });
}

const written = uses => uses.map(({ image, caption, alt }) => caption || alt ? [image, caption, alt].map(part => oneLine(part).replaceAll("|", "\\|")).join(" | ") : image).join("\n");

for (const root of document.querySelectorAll("[data-gallery]")) {
  const source = root.querySelector("textarea[name]"), list = root.querySelector("ol"), model = root.querySelector("template");
  const addButton = root.querySelector("[data-add]");
  const known = new Map(JSON.parse(root.dataset.known).map(picture => [picture.code, picture]));
  const items = () => [...list.children];
  let made = null, undo = null;  // what this list made of the source; how to bring back what was removed

  function number() {
    items().forEach((item, i) => {
      const place = { place: i + 1 };
      item.querySelector(".grip").ariaLabel = say("move_picture", place);
      item.querySelector(".drop").ariaLabel = say("remove_picture", place);
      for (const word of WORDS) item.querySelector(`[data-of=${word}]`).ariaLabel = say(`${word}_of`, place);
    });
  }

  function dress(item, picture) {
    const shown = item.querySelector("img"), about = item.querySelector(".quiet");
    if (!picture) { about.textContent = say("gone"); return; }
    shown.src = picture.url;
    item.querySelector("[data-of=caption]").placeholder = picture.caption || say("own_caption");
    item.querySelector("[data-of=alt]").placeholder = picture.alt || say("own_alt");
    about.textContent = picture.credit || say("no_credit");
    about.classList.toggle("left-out", !picture.credit);
    item.querySelectorAll("textarea").forEach(grow);
  }

  function make({ image, ...words }) {
    const item = model.content.cloneNode(true).firstElementChild;
    item.dataset.image = image;
    for (const word of WORDS) Object.assign(item.querySelector(`[data-of=${word}]`), { lang: source.lang, dir: source.dir, value: words[word] });
    if (known.has(image)) dress(item, known.get(image));
    else pictureOf(image).then(picture => {
      if (picture) known.set(image, picture);
      dress(item, picture);
    }, () => {});
    return item;
  }

  function draw() {
    list.replaceChildren(...read(source.value).map(make));
    made = source.value;
    number();
    list.querySelectorAll("textarea").forEach(grow);
  }

  function write() {
    number();
    made = source.value = written(items().map(item => ({
      image: item.dataset.image,
      ...Object.fromEntries(WORDS.map(word => [word, item.querySelector(`[data-of=${word}]`).value])),
    })));
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function add(picture) {
    if (items().some(item => item.dataset.image == picture.code)) return tell(say("in_gallery_already"));
    known.set(picture.code, picture);
    list.append(make({ image: picture.code, caption: "", alt: "" }));
    undo = null;
    write();
    list.lastElementChild.querySelectorAll("textarea").forEach(grow);
    tell(say("added", { name: say("picture", { place: items().length }) }));
  }

  function remove(item) {
    const beside = item.nextElementSibling ?? item.previousElementSibling, before = source.value;
    undo = () => {
      undo = null;
      source.value = before;
      draw();
      write();
      tell(say("brought_back"));
      addButton.focus();
    };
    item.remove();
    write();
    (beside?.querySelector(".drop") ?? addButton).focus();
    tell(say("removed"), undo);
  }

  addButton.addEventListener("click", async () => {
    for (const picture of await choosePicture({ several: true }) ?? []) add(picture);
    addButton.focus();
  });
  list.addEventListener("click", event => { const drop = event.target.closest(".drop"); if (drop) remove(drop.closest("li")); });
  list.addEventListener("input", event => { undo = null; grow(event.target); write(); event.stopPropagation(); });
  list.addEventListener("keydown", event => { if (event.key == "Enter" && event.target.matches("textarea") && !event.ctrlKey && !event.metaKey) event.preventDefault(); });
  sortable(list, { tell: (step, told) => tell(say(step, told)), changed: write });
  standIn(root, source, { draw, isOld: () => source.value != made, undo: () => undo, first: () => list.querySelector("textarea") ?? addButton });
}
