// The story beside its form, as readers would see it. It is drawn anew after each save; the headline and the words
// round it follow the typing at once. Without this, Preview is a link to a page.
import { desk, form } from "desk/server";

const panel = document.querySelector("[data-preview-panel]"), frame = panel.querySelector("iframe");
const screen = panel.querySelector(".screen"), waits = panel.querySelector("[data-preview-waits]");
const acts = document.querySelector(".bar-acts"), close = panel.querySelector("[data-preview-close]");
const BEHIND = ".story-main, .story-rail, #header, .desk-bar > .back";  // covered on a narrow window
const FOLLOWS = { kicker: ".kicker span", headline: "h1", standfirst: ".standfirst" };
const WIDTHS = { phone: 390, tablet: 820, desktop: 1280 };  // pixels
const KEPT = "desk:preview";
const narrow = matchMedia("(max-width: 64em)");
let asked = 0, cameFrom = null, isJustOpened = false;

const chosen = { isOpen: false, screen: "phone" };
try { Object.assign(chosen, JSON.parse(localStorage.getItem(KEPT))); } catch { /* a browser that keeps nothing */ }
if (!(chosen.screen in WIDTHS)) chosen.screen = "phone";

function choose(changes) {
  Object.assign(chosen, changes);
  try { localStorage.setItem(KEPT, JSON.stringify(chosen)); } catch { /* as above */ }
  show();
}

function show() {
  document.body.classList.toggle("previewing", chosen.isOpen);
  document.body.classList.toggle("wide-preview", chosen.isOpen && chosen.screen != "phone");
  panel.hidden = !chosen.isOpen;
  for (const part of document.querySelectorAll(BEHIND)) part.inert = chosen.isOpen && narrow.matches;
  for (const button of panel.querySelectorAll("[data-screen]")) button.setAttribute("aria-pressed", button.dataset.screen == chosen.screen);
  mark();
  fit();
  dispatchEvent(new Event("resize"));  // fields grow to the width that is left for them
  if (chosen.isOpen) draw();
}

// The bar is drawn again when the state of the story changes.
function mark() {
  acts.querySelector("[data-preview]")?.setAttribute("aria-pressed", chosen.isOpen);
}

function toggle() {
  const wasIn = panel.contains(document.activeElement);
  if (!chosen.isOpen) { cameFrom = document.activeElement; isJustOpened = true; }
  choose({ isOpen: !chosen.isOpen });
  if (chosen.isOpen && narrow.matches) close.focus();
  if (!chosen.isOpen && wasIn) (cameFrom?.isConnected && cameFrom != document.body ? cameFrom : acts.querySelector("[data-preview]")).focus();
}

// For whatever it covers. Returns whether it stood open.
export function closePreview() {
  const wasOpen = chosen.isOpen;
  if (wasOpen) choose({ isOpen: false });
  return wasOpen;
}

function fit() {
  const width = WIDTHS[chosen.screen];
  screen.style.setProperty("--width", `${width}px`);
  screen.style.setProperty("--scale", Math.min(1, screen.clientWidth / width) || 1);
}

const page = () => frame.contentDocument?.querySelector(".story") ? frame.contentDocument : null;

const players = shown => Array.from(shown.querySelectorAll("[data-player]"), ({ dataset }) => dataset.player).join();

async function draw() {
  const address = desk.pages.preview && `${desk.pages.preview}?beside`;
  waits.hidden = Boolean(address);
  screen.hidden = !address;
  if (!address) return;
  if (!frame.src) return frame.src = address;
  if (!page()) return;
  const turn = ++asked;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(15_000) });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html"), shown = page();
    if (turn != asked || !shown) return;
    if (players(fresh) != players(shown)) return frame.contentWindow.location.reload();  // its policy names them
    const { scrollX, scrollY } = frame.contentWindow;
    for (const name of ["lang", "dir"]) shown.documentElement[name] = fresh.documentElement[name];
    shown.body.replaceChildren(...fresh.body.childNodes);
    frame.contentWindow.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
    follow();
    goToWhatIsWritten();
  } catch { /* the next save draws it */ }
}

// It opens at the words that are being written.
function goToWhatIsWritten() {
  const words = isJustOpened && cameFrom?.editor?.state.selection.$from.node(1)?.textContent.trim();
  isJustOpened = false;
  if (!words) return;
  const place = Array.from(page().querySelectorAll(".prose > *")).find(block => block.textContent.includes(words));
  place?.scrollIntoView({ block: "center", behavior: "instant" });
}

function follow() {
  const header = page()?.querySelector(".story header");
  if (!header) return;
  for (const [name, place] of Object.entries(FOLLOWS)) {
    const field = form.elements[name];
    if (!field) continue;
    const words = field.value.trim().replace(/\s+/g, " ");
    let shown = header.querySelector(place);
    if (!shown && words) shown = make(name, header);
    if (shown && shown.textContent != words) shown.textContent = words;
    if (shown && !words && name != "headline") shown.remove();
  }
}

function make(name, header) {
  const isKicker = name == "kicker", made = document.createElement(isKicker ? "span" : "p");
  if (isKicker) header.querySelector(".kicker").append(" ", made);
  else { made.className = "standfirst"; header.querySelector("h1").after(made); }
  return made;
}

function press(event) {
  if (event.altKey && !event.ctrlKey && !event.metaKey && event.code == "KeyP") { event.preventDefault(); toggle(); }
  if (event.key == "Escape" && chosen.isOpen && (narrow.matches ? panel : frame).contains(document.activeElement)) toggle();
}

// What is linked there opens beside the desk, not in place of the preview.
function stay(event) {
  const link = event.target.closest("a[href]");
  if (!link || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  open(link.href, "_blank", "noopener");
}

frame.addEventListener("load", () => {
  if (!page()) return;
  page().addEventListener("click", stay);
  page().addEventListener("keydown", press);
  follow();
  goToWhatIsWritten();
});
addEventListener("keydown", press);
acts.addEventListener("click", event => { if (event.target.closest("[data-preview]")) toggle(); });
close.addEventListener("click", toggle);
panel.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-screen]");
  if (button) choose({ screen: button.dataset.screen });
});
form.addEventListener("input", ({ target }) => { if (target.name in FOLLOWS) follow(); });
for (const event of ["story:saved", "story:has-an-address"]) form.addEventListener(event, () => { if (chosen.isOpen) draw(); });
narrow.addEventListener("change", show);
new MutationObserver(mark).observe(acts, { childList: true });
new ResizeObserver(fit).observe(screen);
if (narrow.matches || !desk.pages.story) chosen.isOpen = false;  // no page opens covered, and a new story has nothing to show
show();
