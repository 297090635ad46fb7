// The story form: how long a text is, where one came from, and what is next to check.
import { grow } from "desk/grow";
import { closePreview } from "desk/preview";
import { form, say, withEditor } from "desk/server";
import { tell } from "desk/toast";

// A bar and a number under a field say how long its text is. They refuse nothing.
for (const field of form.querySelectorAll("[data-count]")) {
  const guide = document.getElementById(`${field.id}_helptext`), good = +field.dataset.count, limit = +field.dataset.limit;
  const bar = document.createElement("span"), words = document.createElement("span"), filled = document.createElement("i");
  bar.append(filled);
  bar.className = "bar";
  guide.replaceChildren(bar, words);
  const draw = () => {
    const n = [...field.value.trim()].length;
    guide.className = n > limit ? "guide past" : n > good ? "guide over" : "guide";
    filled.style.inlineSize = `${Math.min(100, 100 * n / limit)}%`;
    words.textContent = field.maxLength > 0 && field.value.length >= field.maxLength ? say("full", { n }) : n > limit ? say("past", { n: n - good, good }) : n > good ? say("over", { n: n - good, good }) : say("length", { n, good });
  };
  field.addEventListener("input", draw);
  draw();
}

// Long headlines stay whole: the field grows with them. They are one line, however long.
const areas = () => form.querySelectorAll(".story-main textarea");
form.addEventListener("input", ({ target }) => { if (target.matches(".story-main textarea")) grow(target); });
form.addEventListener("keydown", event => { if (event.key == "Enter" && event.target.matches("textarea[data-count]") && !event.ctrlKey && !event.metaKey) event.preventDefault(); });
addEventListener("resize", () => areas().forEach(grow));
areas().forEach(grow);

// Back leads to the list that one came from, as it was.
const back = document.querySelector("[data-back-to]"), from = document.referrer && new URL(document.referrer);
let cameFrom = null;
try { cameFrom = JSON.parse(sessionStorage.getItem("newsroom:back")); } catch { /* a browser that keeps nothing */ }
if (from && from.origin == location.origin) {
  const list = document.querySelector(`#desk-nav a[href="${CSS.escape(from.pathname)}"]`);
  if (list) cameFrom = { address: from.pathname + from.search, name: list.textContent.trim() };
  try { sessionStorage.setItem("newsroom:back", JSON.stringify(cameFrom)); } catch { /* as above */ }
}
if (back && cameFrom) {
  back.href = cameFrom.address;
  back.querySelector("span").textContent = cameFrom.name;
}

// On a phone the side waits behind a button, which says how much there is to check.
const columns = form.querySelector(".story-cols"), rail = document.getElementById("rail"), bar = form.querySelector(".bar-acts");
const details = () => bar.querySelector("[data-details]");

let writtenAt = 0;  // how far down, in pixels, the story was when the side came before it
function showRail(isShown) {
  if (isShown && !columns.classList.contains("rail-shown")) writtenAt = scrollY;
  columns.classList.toggle("rail-shown", isShown);
  details().ariaExpanded = String(isShown);
  areas().forEach(grow);
  scrollTo({ top: isShown ? 0 : writtenAt });
}

function countToCheck() {
  const n = rail.querySelectorAll(".checks :is(.stop, .warn), .form-row.errors, .left-out").length, count = bar.querySelector("[data-to-check]");
  details().ariaExpanded = String(columns.classList.contains("rail-shown"));
  if (count.textContent != String(n)) count.textContent = n;
  count.hidden = !n;
}

columns.classList.add("folds");
bar.addEventListener("click", event => {
  if (!event.target.closest("[data-details]")) return;
  if (!closePreview()) return showRail(!columns.classList.contains("rail-shown"));
  if (!isSeen(rail)) return showRail(true);
  rail.tabIndex = -1;
  rail.focus();
});
new MutationObserver(countToCheck).observe(rail, { childList: true, subtree: true });
new MutationObserver(countToCheck).observe(bar, { childList: true });
countToCheck();
if (rail.querySelector(".form-row.errors") && !form.querySelector(".story-main .form-row.errors")) showRail(true);

// To a field, wherever it is: what stands in for a hidden one has the cursor.
const isSeen = element => element?.getClientRects().length > 0;

function visit(field) {
  if (rail.contains(field) || field.closest("[inert]")) closePreview();
  if (rail.contains(field) && !isSeen(rail)) showRail(true);
  else if (!rail.contains(field) && !isSeen(columns.querySelector(".story-main"))) showRail(false);
  const row = field.closest(".form-row") ?? field, stands = isSeen(field) && field.matches("input, textarea, select, button, a") ? field
    : [...row.querySelectorAll(".ProseMirror, input, textarea, select, button")].find(isSeen);
  if (!stands) return;
  stands.scrollIntoView({ block: "center" });
  stands.focus({ preventScroll: true });
}

const placeOf = link => link && document.getElementById(link.hash.slice(1));

rail.addEventListener("click", event => {
  const field = placeOf(event.target.closest("a[href^='#']"));
  if (!field) return;
  event.preventDefault();
  visit(field);
});

// Alt C: what is next of all that is wrong, missing or too long.
function toCheck(links) {
  const named = links.map(placeOf);
  const marked = [...form.querySelectorAll(".form-row:is(.errors, :has(.left-out, .guide.over, .guide.past))")].map(row => row.querySelector("input, textarea, select"));
  const missing = [...form.querySelectorAll("[data-missing]:not([hidden])")].map(flag => flag.closest(".sub").querySelector("input, textarea"));
  const found = [...new Set([...named, ...marked, ...missing])].filter(Boolean);
  return found.sort((one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
}

addEventListener("keydown", event => {
  if (!event.altKey || event.code != "KeyC" || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  const links = [...rail.querySelectorAll(".checks :is(.stop, .warn) a[href^='#']")];
  const found = toCheck(links), here = document.activeElement;
  const isPast = one => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING && !one.closest(".form-row")?.querySelector(":focus:not([data-word])");
  const next = found.find(isPast) ?? found[0];
  const link = links.find(one => placeOf(one) == next);
  if (link) link.click();  // it knows the very words
  else if (next) visit(next);
});

// Ctrl Enter, for who writes and does not publish.
addEventListener("keydown", event => {
  if (event.key != "Enter" || !event.ctrlKey && !event.metaKey || event.altKey || event.shiftKey) return;
  if (!bar.dataset.whyNot || document.querySelector("dialog[open]") || event.target.closest("[data-notes]")) return;
  event.preventDefault();
  event.stopPropagation();
  tell(bar.dataset.whyNot);
}, true);

// Once the desk has the words, what was said of earlier ones is over.
for (const name of ["story:saved-here", "story:noted"]) {
  form.addEventListener(name, () => { for (const message of document.querySelectorAll(".messagelist .success")) message.remove(); });
}

// Bars lie over the top of the window and, on a phone, over its foot: the line that is written stands between them.
const phone = matchMedia("(max-width: 48em)"), LEAST = 16;  // pixels
function keepBetween({ view }) {
  const above = [form.querySelector(".desk-bar"), view.dom.closest(".prose-editor").querySelector(".prose-menubar")];
  const measure = () => {
    const top = above[0].offsetHeight + above[1].offsetHeight + LEAST, bottom = (phone.matches ? bar.offsetHeight : 0) + LEAST;
    document.documentElement.style.scrollPaddingBlockStart = `${top}px`;
    view.setProps({ scrollMargin: { top, right: 5, bottom, left: 5 }, scrollThreshold: { top, right: 0, bottom, left: 0 } });
    if (!view.hasFocus()) return;
    const line = view.coordsAtPos(view.state.selection.head), isCovered = line.bottom > 0 && line.top < top - LEAST;
    if (isCovered) view.dispatch(view.state.tr.scrollIntoView());  // a bar has grown over it
  };
  const seen = new ResizeObserver(measure);
  for (const over of [...above, bar]) seen.observe(over, { box: "border-box" });
}
withEditor(keepBetween);

// Save draft, pressed by hand, leaves the cursor where it is, as its keys do.
bar.addEventListener("mousedown", event => { if (event.target.closest("[name=_save_draft]")) event.preventDefault(); });

// A story in another language is written in its direction from now on.
const language = form.elements.language;
language?.addEventListener("change", () => {
  const dir = language.dataset.rightToLeft?.split(" ").includes(language.value) ? "rtl" : "ltr";
  for (const text of form.querySelectorAll(":is(textarea, input, .ProseMirror)[lang][dir]")) Object.assign(text, { lang: language.value, dir });
});

// The address: its beginning follows the section, its end is made anew from the headline once it is empty.
const address = form.querySelector(".address"), slug = form.elements.slug, section = form.elements.section;
if (address) {
  const sections = JSON.parse(address.dataset.sections);
  section?.addEventListener("change", () => address.querySelector("[data-section]").textContent = sections[section.value] ?? "…");
  form.querySelector("[data-from-headline]").addEventListener("click", () => { slug.value = ""; slug.dispatchEvent(new Event("input", { bubbles: true })); slug.focus(); });
}
