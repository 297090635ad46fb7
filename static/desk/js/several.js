// Several pictures are chosen at once: with Shift from one to another, by arrow keys, or all that the page shows.
const say = window.gettext || (words => words);
const grid = document.querySelector("[data-grid]");
const boxes = () => [...grid.querySelectorAll(".action-select")];
let last = null;

function dress() {
  const bar = grid.querySelector("[data-several]"), all = bar?.querySelector("[data-all]");
  if (!bar) return;
  const chosen = boxes().filter(box => box.checked).length;
  bar.classList.toggle("some", chosen > 0);
  bar.querySelector("[data-chosen]").textContent = chosen ? say("%s chosen").replace("%s", chosen) : "";
  for (const button of bar.querySelectorAll("button")) button.hidden = !chosen;
  all.checked = chosen > 0 && chosen == boxes().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

grid.addEventListener("click", event => {
  const box = event.target.closest(".action-select"), all = boxes();
  if (!box) return;
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  dress();
});
grid.addEventListener("change", ({ target }) => {
  if (target.matches("[data-all]")) for (const box of boxes()) box.checked = target.checked;
  dress();
});
// Arrows go from box to box, and with Shift they choose on their way.
grid.addEventListener("keydown", event => {
  if (!event.target.matches(".action-select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const forward = document.documentElement.dir == "rtl" ? -1 : 1, all = boxes();
  const next = all[all.indexOf(event.target) + { ArrowRight: forward, ArrowLeft: -forward }[event.key]];
  if (!next) return;
  event.preventDefault();
  if (event.shiftKey) event.target.checked = next.checked = true;
  last = next;
  next.focus();
  dress();
});
document.addEventListener("grid:fresh", () => { last = null; dress(); });
addEventListener("pageshow", dress);
dress();
