// The grid of pictures: words are mended where they stand. Without it, the page of each picture does.
import { element } from "desk/element";
import { mend } from "desk/library";
import { tell } from "desk/toast";

const say = window.gettext || (words => words);
const grid = () => document.querySelector("[data-grid]");

// The grid, the way to older pictures and what is counted, as the desk has them now. What is ticked stays ticked, and
// what is being edited stays open.
export async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const text = (await answer.text()).replace(/<style[\s\S]*?<\/style>/g, "");
  const page = new DOMParser().parseFromString(text, "text/html"), fresh = page.querySelector("[data-grid]");
  if (!fresh) return;
  for (const tally of document.querySelectorAll("[data-tally]")) tally.textContent = page.querySelector(`[data-tally="${tally.dataset.tally}"]`)?.textContent ?? "";
  const pages = page.querySelector(".paginator"), ours = document.querySelector(".paginator");
  if (pages && !ours) grid().after(pages);
  else if (!ours?.contains(document.activeElement)) ours?.replaceWith(pages ?? "");
  const focused = document.activeElement.closest?.("[data-pic]")?.dataset.pic;
  const ticked = new Set([...grid().querySelectorAll(".action-select:checked")].map(box => box.value));
  for (const box of fresh.querySelectorAll(".action-select")) box.checked = ticked.has(box.value);
  for (const open of grid().querySelectorAll("[data-pic]:has(.tile-words)")) fresh.querySelector(`[data-pic="${open.dataset.pic}"]`)?.replaceWith(open);
  grid().replaceChildren(...fresh.childNodes);
  if (focused && document.activeElement == document.body) grid().querySelector(`[data-pic="${focused}"] [data-edit]`)?.focus();
  document.dispatchEvent(new Event("grid:fresh"));
}

function labelled(words, input) {
  return element("label", {}, element("span", { textContent: words }), input);
}

function edit(tile) {
  if (tile.querySelector(".tile-words")) return;
  const { caption, credit, alt, words: place } = tile.dataset, button = tile.querySelector("[data-edit]");
  const field = (tag, value, most) => element(tag, { value, maxLength: most, dir: "auto", autocomplete: "off" });
  const inputs = { caption: field("textarea", caption, 2000), credit: field("input", credit, 200), alt_text: field("textarea", alt, 500) };
  const picture = { words: place, own_caption: caption, credit, alt, is_decorative: "decorative" in tile.dataset };
  const decoration = element("input", { type: "checkbox", checked: picture.is_decorative }), wrong = element("p", { className: "errors-said" });
  const save = element("button", { type: "button", className: "button default", textContent: say("Save") });
  const cancel = element("button", { type: "button", className: "button", textContent: say("Cancel") });
  const words = element("div", { className: "tile-words" },
    labelled(say("Caption"), inputs.caption), labelled(say("Credit"), inputs.credit), labelled(say("Alt text"), inputs.alt_text),
    element("label", { className: "tick" }, decoration, say("Only decoration")), wrong, element("p", { className: "acts" }, save, cancel));
  wrong.role = "alert";
  words.role = "group";
  words.ariaLabel = button.ariaLabel;
  // They belong to no form: Enter saves them, and never what is ticked in the grid.
  for (const input of [...Object.values(inputs), decoration]) input.setAttribute("form", "");
  const dress = () => { inputs.alt_text.disabled = decoration.checked; };
  const close = () => { words.remove(); button.hidden = false; button.focus(); };

  async function send() {
    const was = { caption, credit, alt_text: alt }, told = {};
    for (const [name, input] of Object.entries(inputs)) if (input.value != was[name]) told[name] = input.value;
    if (decoration.checked != "decorative" in tile.dataset) told.is_decorative = decoration.checked ? "on" : "";
    if (decoration.checked && alt) told.alt_text = "";
    if (!Object.keys(told).length) return close();
    save.disabled = true;
    wrong.textContent = await mend(picture, told);
    save.disabled = false;
    if (wrong.textContent) return;
    close();
    tell(say("Saved with the picture, for every story that shows it."));
    refresh();
  }

  decoration.addEventListener("change", dress);
  save.addEventListener("click", send);
  cancel.addEventListener("click", close);
  words.addEventListener("keydown", event => {
    if (event.key == "Escape") { event.stopPropagation(); close(); }
    if (event.key == "Enter" && event.target.matches("input:not([type=checkbox]), textarea")) { event.preventDefault(); event.stopPropagation(); send(); }
  });
  button.hidden = true;
  tile.append(words);
  dress();
  (credit ? alt || decoration.checked ? inputs.caption : inputs.alt_text : inputs.credit).focus();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-edit]");
  if (button) edit(button.closest("[data-pic]"));
});

const isTyped = tile => {
  const [caption, credit, alt] = [...tile.querySelectorAll(".tile-words :is(textarea, input:not([type=checkbox]))")].map(input => input.value);
  return caption != tile.dataset.caption || credit != tile.dataset.credit || alt != tile.dataset.alt;
};
addEventListener("beforeunload", event => {
  if ([...document.querySelectorAll("[data-pic]:has(.tile-words)")].some(isTyped)) event.preventDefault();
});
