// One line at the foot of the page says, and reads out, what was just done. Where it can be undone, it offers that.
const toast = document.querySelector("[data-toast]"), words = toast.querySelector("[role=status]"), button = toast.querySelector("button");
const STAYS = 8_000;  // milliseconds
let over, undo = null;

export function tell(sentence, bringBack = null) {
  clearTimeout(over);
  over = setTimeout(() => { words.textContent = ""; button.hidden = true; undo = null; }, STAYS);
  words.textContent = sentence;
  undo = bringBack;
  button.hidden = !undo;
}

button.addEventListener("click", () => undo?.());
