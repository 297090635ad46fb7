// Publish… opens the publish page over the story. Without it, or when something is in the way, the page itself opens.
import { desk, form, withEditor } from "desk/server";
import { tell } from "desk/toast";
import { followMoment } from "desk/when";

const PATIENCE = 15_000, SHORT_PATIENCE = 5_000;  // milliseconds
const TRIES = 5;
const saved = document.querySelector("[data-saved]");
const startedFrom = form.elements.started_from;
let isPassed = false;
let halfSaid = {};  // what was written for readers before the page was closed again

// What is on its way to the desk arrives first, so that this does not come too late.
const settled = () => new Promise(resolve => {
  const until = Date.now() + SHORT_PATIENCE;
  (function look() { form.matches("[data-saving], [data-mending]") && Date.now() < until ? setTimeout(look, 50) : resolve(); })();
});

// The bar is drawn anew when the state of the story changes.
const standing = button => button.isConnected ? button : form.querySelector("[data-go]");

const written = packet => JSON.stringify([...packet].filter(([name]) => !/^(csrfmiddlewaretoken|started_from)$/.test(name)));

// Nothing is saved beside what is on its way: it would come second, and be refused.
async function ask(button) {
  await settled();
  form.toggleAttribute("data-asking", true);
  try { return await askForPage(button, TRIES); } finally { form.toggleAttribute("data-asking", false); }
}

async function askForPage(button, triesLeft) {
  button = standing(button);
  const packet = new FormData(form, button);
  const answer = await fetch(form.action, { method: "POST", body: packet, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok || !answer.redirected) return null;
  if (!answer.url.endsWith("/publish/")) { location.assign(answer.url); return "elsewhere"; }
  const text = (await answer.text()).replace(/<style[\s\S]*?<\/style>/g, "");
  const page = new DOMParser().parseFromString(text, "text/html").querySelector("form.publish");
  if (!page) return null;
  page.action = answer.url;
  startedFrom.value = page.elements.started_from.value;
  if (triesLeft && written(new FormData(form, standing(button))) != written(packet)) return askForPage(button, triesLeft - 1);  // typed meanwhile
  const at = new Date(answer.headers.get("date"));
  form.dispatchEvent(new CustomEvent("story:sent-whole", { detail: { packet, at } }));
  return page;
}

// Who comes back stands where he wrote: in the body, at the same words.
function placeOf(element) {
  const view = element.editor?.view, selection = view?.state.selection.getBookmark();
  if (!view) return () => element.focus({ preventScroll: true });
  return () => {
    view.dispatch(view.state.tr.setSelection(selection.resolve(view.state.doc)));
    view.focus();
  };
}

// A publication draws the page anew: whoever wrote in the middle of a long story stands there again, and hears what
// was done, since the line that says it is at the top.
const PLACE = `newsroom:place:${location.pathname}`;

function rememberPlace(element) {
  const place = element.editor?.view.state.selection ?? { id: element.id };
  try { sessionStorage.setItem(PLACE, JSON.stringify({ id: place.id, from: place.from, to: place.to, top: scrollY })); } catch { /* a browser that keeps nothing */ }
}

function returnTo({ id, from, to, top }) {
  const said = document.querySelector(".messagelist .success span");
  if (!said) return;  // it was refused, and the page says why
  const stand = editor => {
    if (form.querySelector(".story-cols").inert) return form.addEventListener("story:brought-back", () => stand(editor), { once: true });
    if (editor) { editor.commands.setTextSelection({ from, to }); editor.view.focus(); }
    else document.getElementById(id)?.focus({ preventScroll: true });
    scrollTo({ top });
    const undo = said.querySelector("[data-undo]"), sentence = [...said.childNodes].filter(one => one != undo).map(one => one.textContent).join("").trim();
    if (top) tell(sentence, undo && (() => location.assign(undo.href)));  // else the line itself is seen
  };
  if (from == null) stand(null);
  else withEditor(stand);
}

try {
  const place = JSON.parse(sessionStorage.getItem(PLACE));
  sessionStorage.removeItem(PLACE);
  if (place) returnTo(place);
} catch { /* as above */ }

function open(page, button) {
  const from = document.activeElement, goBack = placeOf(from);
  const dialog = document.createElement("dialog"), heading = page.querySelector("h1");
  heading.id = "publish-h";
  dialog.className = "over-story";
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.append(page);
  document.body.append(dialog);
  for (const back of page.querySelectorAll("[data-back]")) back.addEventListener("click", event => { event.preventDefault(); dialog.close(); });
  page.addEventListener("submit", () => rememberPlace(from));
  const { kind, note, news } = page.elements;
  if (note && (halfSaid.note || halfSaid.news)) [note.value, news.value, kind.value] = [halfSaid.note, halfSaid.news, halfSaid.kind];
  dialog.addEventListener("close", () => { halfSaid = Object.fromEntries(new FormData(page)); dialog.remove(); from.isConnected && from != document.body ? goBack() : standing(button).focus(); });
  followMoment(page);
  dialog.showModal();
}

// First of all listeners: if the page opens here, the form is not left.
addEventListener("submit", async event => {
  const button = event.submitter;
  if (event.target != form || button?.name != "_go" || isPassed || !desk.pages.story) return;
  event.preventDefault();
  event.stopPropagation();
  if (button.ariaBusy == "true") return;
  if (/^(signed_out|other_person)$/.test(saved.dataset.mood)) return form.submit();  // the words are kept; the login comes first
  button.ariaBusy = "true";
  const page = await ask(button).catch(() => null);
  button.ariaBusy = null;
  if (page == "elsewhere") return;
  if (page) return open(page, button);
  isPassed = true;
  form.requestSubmit(standing(button));
  isPassed = false;
}, true);
