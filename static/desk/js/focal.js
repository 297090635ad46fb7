// What must stay in view of a picture, and the crops that follow from it. Without this page two numbers say it.

// Rounds as Python does, halves to the even side, so that these crops are those of articles/darkroom/crops.py.
const round = number => { const up = Math.round(number); return up - number == 0.5 && up % 2 ? up - 1 : up; };
const within = (start, room) => Math.max(0, Math.min(room, round(start)));

// What is cut out, in pixels of the picture: left, upper, right, lower.
export function box(across, down, width, height, x, y) {
  const wide = Math.max(1, Math.min(width, round(height * across / down)));
  const high = Math.max(1, Math.min(height, round(width * down / across)));
  const left = within(width * x / 100 - wide / 2, width - wide), upper = within(height * y / 100 - high / 2, height - high);
  return [left, upper, left + wide, upper + high];
}

// Where a crop shows the picture: lengths in percent of the crop.
function cut(crop, width, height, x, y) {
  const across = Number(crop.dataset.across), down = Number(crop.dataset.down);
  const [left, upper, right, lower] = box(across, down, width, height, x, y), wide = right - left, high = lower - upper;
  crop.dataset.box = [left, upper, right, lower];
  crop.style.setProperty("--ratio", across / down);
  const lengths = { wide: width / wide, high: height / high, left: -left / wide, upper: -upper / high };
  for (const [name, length] of Object.entries(lengths)) crop.style.setProperty(`--${name}`, `${100 * length}%`);
}

for (const focal of document.querySelectorAll("[data-focal]")) {
  const root = focal.closest("fieldset"), [width, height] = [Number(focal.dataset.width), Number(focal.dataset.height)];
  const fields = ["x", "y"].map(name => root.querySelector(`[data-focal-${name}]`)), said = root.querySelector("[data-focal-said]");
  const crops = root.querySelectorAll("[data-crop]"), dot = focal.querySelector(".dot");
  let at = [Number(focal.dataset.x), Number(focal.dataset.y)];

  function show() {
    focal.style.setProperty("--x", `${at[0]}%`);
    focal.style.setProperty("--y", `${at[1]}%`);
    for (const crop of crops) cut(crop, width, height, ...at);
    fields.forEach((field, one) => field?.setAttribute("aria-valuetext", `${at[one]} %`));
  }

  function move(x, y) {
    at = [x, y].map(value => Math.max(0, Math.min(100, Math.round(value))));
    fields.forEach((field, one) => { field.value = at[one]; });
    show();
    said.textContent = said.dataset.words.replace("%x", at[0]).replace("%y", at[1]);
  }

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const pressed = event => event.ctrlKey || event.metaKey || event.altKey ? null : steps[event.key];

  show();
  dot.hidden = false;
  if (!fields[0]) continue;  // somebody who may only look

  // A picture does not turn with the direction of the desk, so neither do its keys and sliders.
  fields.forEach((field, one) => {
    Object.assign(field, { type: "range", dir: "ltr" });
    field.addEventListener("input", () => move(...at.with(one, Number(field.value))));
    field.addEventListener("keydown", event => {
      const step = pressed(event);
      if (!step || !event.shiftKey) return;
      event.preventDefault();
      const forth = event.key == "ArrowRight" || event.key == "ArrowUp";
      move(...at.with(one, at[one] + (forth ? 10 : -10)));
    });
  });
  Object.assign(focal, { tabIndex: 0, role: "application", ariaLabel: focal.dataset.label });
  focal.setAttribute("aria-describedby", "focal-help");
  focal.addEventListener("click", event => {
    const frame = focal.getBoundingClientRect();
    move(100 * (event.clientX - frame.left) / frame.width, 100 * (event.clientY - frame.top) / frame.height);
    focal.focus({ preventScroll: true });
  });
  focal.addEventListener("keydown", event => {
    const step = pressed(event);
    if (!step) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    move(at[0] + far * step[0], at[1] + far * step[1]);
  });
  for (const suggested of root.querySelectorAll("[data-suggested]")) {
    suggested.addEventListener("click", () => move(Number(suggested.dataset.x), Number(suggested.dataset.y)));
  }
}
