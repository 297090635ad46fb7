// A field that offers what matches while somebody types: arrows walk, Enter takes, Esc closes.
// `find` gives the options for some words as { label, about, isNew }; `take` gets the one that was chosen. Enter
// takes what is known, or the only offer; what is new beside others is taken once somebody walked to it. Whoever
// presses Enter has decided: the answer is taken when it comes, wherever the cursor is by then.
import { element } from "desk/element";

const PAUSE = 150;  // milliseconds

export function combobox(input, { find, take }) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  let options = [], at = -1, asked = 0, shownFor = null, decided = null, pause;

  function mark(place) {
    at = place;
    [...list.children].forEach((one, i) => one.ariaSelected = String(i == at));
    const active = list.children[at];
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(pause);
    asked++;
    options = [];
    list.replaceChildren();
    list.hidden = true;
    input.ariaExpanded = "false";
    mark(-1);
  }

  async function open() {
    clearTimeout(pause);
    const turn = ++asked, words = input.value.trim(), found = await find(words);
    if (turn != asked || (document.activeElement != input && !decided)) return;
    options = found;
    shownFor = words;
    list.replaceChildren(...options.map(({ label, about }, i) => {
      const option = element("li", { id: `${list.id}_${i}`, role: "option" }, element("bdi", { textContent: label }));
      if (about) option.append(" ", element("span", { className: "quiet", textContent: about }));
      return option;
    }));
    list.hidden = !options.length;
    input.ariaExpanded = String(options.length > 0);
    mark(options.length == 1 || options[0]?.isNew === false ? 0 : -1);
  }

  function choose(option) {
    const isElsewhere = decided && document.activeElement != input;
    close();
    input.value = "";
    take(option);
    if (!isElsewhere) input.focus();
  }

  async function decide() {
    if (input.value.trim() && (list.hidden || shownFor != input.value.trim())) await open();
    if (options[at]) choose(options[at]);
    else if (document.activeElement != input) close();
  }

  input.addEventListener("input", () => {
    clearTimeout(pause);
    if (input.value.trim()) pause = setTimeout(open, PAUSE);
    else close();
  });
  input.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (step) {
      event.preventDefault();
      if (list.hidden) open();
      else mark((at + step + options.length) % options.length);
    } else if (event.key == "Enter") {
      event.preventDefault();
      decided = decide().finally(() => decided = null);
    } else if (event.key == "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => { if (!decided) close(); });
  list.addEventListener("pointerdown", event => event.preventDefault());  // the field keeps the cursor
  list.addEventListener("click", event => {
    const option = options[[...list.children].indexOf(event.target.closest("li"))];
    if (option) choose(option);
  });
  return { close, get decided() { return decided; } };
}
