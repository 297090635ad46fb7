// Key points as a list. The text area, one point on a line, stays what the form sends and what autosave fills.
import { grow } from "desk/grow";
import { say } from "desk/server";
import { sortable, standIn } from "desk/ordered";
import { tell } from "desk/toast";

for (const root of document.querySelectorAll("[data-points]")) {
  const source = root.querySelector("textarea"), list = root.querySelector("ol"), model = root.querySelector("template");
  const lines = () => source.value.split("\n").map(line => line.trim()).filter(Boolean);
  const areas = () => [...list.querySelectorAll("textarea")];
  let written = null;  // what this list made of the source

  function number() {
    areas().forEach((area, i) => {
      const item = area.closest("li"), place = { place: i + 1 };
      area.ariaLabel = say("point", place);
      item.querySelector(".grip").ariaLabel = say("move_point", place);
      item.querySelector(".drop").ariaLabel = say("remove_point", place);
    });
  }

  function make(text = "") {
    const item = model.content.cloneNode(true).firstElementChild, area = item.querySelector("textarea");
    area.lang = source.lang;
    area.dir = source.dir;
    area.value = text;
    return item;
  }

  function draw() {
    list.replaceChildren(...lines().map(make));
    written = source.value;
    number();
    areas().forEach(grow);
  }

  function write() {
    number();
    written = source.value = areas().map(area => area.value.trim()).filter(Boolean).join("\n");
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function add(after, text = "") {
    const item = make(text);
    after ? after.after(item) : list.append(item);
    number();
    item.querySelector("textarea").focus();
    return item;
  }

  function remove(item) {
    const beside = item.nextElementSibling ?? item.previousElementSibling, before = source.value;
    const bringBack = () => {
      undo = null;
      source.value = before;
      draw();
      write();
      tell(say("brought_back"));
      (areas().at(-1) ?? addButton).focus();
    };
    item.remove();
    write();
    (beside?.querySelector(".drop") ?? addButton).focus();
    undo = bringBack;
    tell(say("removed"), bringBack);
  }

  let undo = null;
  const addButton = root.querySelector("[data-add]");
  addButton.addEventListener("click", () => add());
  list.addEventListener("click", event => { const drop = event.target.closest(".drop"); if (drop) remove(drop.closest("li")); });
  list.addEventListener("input", event => {
    const area = event.target, [first, ...more] = area.value.split("\n");
    if (more.length) {  // pasted: a line is a point
      area.value = first;
      let item = area.closest("li");
      for (const line of more.map(line => line.trim()).filter(Boolean)) item = add(item, line);
    }
    undo = null;
    write();
  });
  list.addEventListener("keydown", event => {
    const area = event.target, item = area.closest("li");
    if (!area.matches("textarea") || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key == "Enter") {
      event.preventDefault();
      const rest = area.value.slice(area.selectionEnd);
      area.value = area.value.slice(0, area.selectionStart);
      const made = add(item, rest.trim()).querySelector("textarea");
      made.setSelectionRange(0, 0);
      if (rest) write();
      grow(area);
    } else if (event.key == "Backspace" && !area.value && areas().length > 1) {
      event.preventDefault();
      const beside = item.previousElementSibling ?? item.nextElementSibling;
      item.remove();
      write();
      const there = beside.querySelector("textarea");
      there.focus();
      there.setSelectionRange(there.value.length, there.value.length);
    }
  });
  sortable(list, { tell: (step, told) => tell(say(step, told)), changed: write });
  standIn(root, source, { draw, isOld: () => source.value != written, undo: () => undo, first: () => areas()[0] ?? addButton });
}
