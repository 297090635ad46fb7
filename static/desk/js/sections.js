// The order of the sections by grip; the numbers beside the names are what the form sends, and work without.
import { sortable } from "desk/ordered";
import { tell } from "desk/toast";

const list = document.querySelector("[data-places]");
const say = (step, { place, all }) => tell(list.dataset[step].replace("{place}", place).replace("{all}", all));
for (const part of list.querySelectorAll(".grip")) part.hidden = false;
for (const number of list.querySelectorAll("input")) number.hidden = true;

sortable(list, {
  tell: say,
  changed: () => list.querySelectorAll("input").forEach((number, i) => number.value = i + 1),
});
