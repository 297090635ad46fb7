// A text area as tall as its words.
export function grow(area) {
  if (!area.offsetParent) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight + 2}px`;
}
