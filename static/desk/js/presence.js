// Who else has the story open, and in which field: faces in the bar, a mark at the field. Nobody is locked out.
import { desk, form, say, send, sendLast } from "desk/server";
import { windowName } from "desk/kept";

const HIDDEN_LONG = 60_000, MOMENT = 150, PATIENCE = 4_000, ENOUGH_FAILURES = 3;
const faces = document.querySelector("[data-faces]"), alsoHere = document.querySelector("[data-here]");
const list = alsoHere.appendChild(document.createElement("ul"));
let next, soon, leaves, isAsking = false, isTurnedAway = false, failures = 0, told = "", drawn = "[]";

const fieldHere = () => {
  const row = document.hidden ? null : document.activeElement?.closest("#article_form .form-row");
  return [...row?.classList ?? []].find(name => name.startsWith("field-"))?.slice(6) ?? "";
};
// A window that leaves may be heard before what it said a moment ago, so it tells when it said what.
const turn = () => Math.round(performance.timeOrigin + performance.now());
const numberHere = () => form.elements.started_from?.value ?? String(desk.working);

async function giveSignOfLife() {
  clearTimeout(next);
  next = setTimeout(giveSignOfLife, desk.presence_every);
  if (!desk.pages.presence || isAsking) return;
  isAsking = true;
  const before = numberHere(), wasSaving = form.hasAttribute("data-saving");
  told = fieldHere();
  try {
    const answer = await send(desk.pages.presence, { window: windowName, turn: turn(), field: told }, PATIENCE);
    if (answer.status != 200) throw answer;
    failures = 0, isTurnedAway = false;
    form.dispatchEvent(new Event("story:desk-is-there"));
    draw(answer.told.here);
    const isQuiet = !wasSaving && !form.hasAttribute("data-saving") && before == numberHere();
    if (isQuiet && String(answer.told.working) != before) {
      const detail = { who: answer.told.saved_by, isYou: answer.told.saved_by_you };
      form.dispatchEvent(new CustomEvent("story:saved-elsewhere", { detail }));
    }
  } catch (failure) {
    if (++failures >= ENOUGH_FAILURES) draw([]);
    isTurnedAway = failure.status >= 400 && failure.status < 500;
    if (isTurnedAway) clearTimeout(next);  // until somebody comes back to this window, or it could save
    if (failure.status == 401) {
      const detail = { isOther: failure.told.is_other };
      form.dispatchEvent(new CustomEvent("story:signed-out", { detail }));
    }
  }
  isAsking = false;
  if (told != fieldHere()) moved();
}

function moved() {
  if (told == fieldHere()) return;
  clearTimeout(soon);
  soon = setTimeout(giveSignOfLife, MOMENT);
}

function leave() {
  clearTimeout(next);
  clearTimeout(soon);
  if (desk.pages.presence) sendLast(desk.pages.presence, { window: windowName, turn: turn(), gone: "yes" });
}

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

const called = one => one.is_you ? say("own_window") : one.name;
const doing = one => one.is_you ? [say("own_window"), one.title].filter(Boolean).join(": ")
  : say(one.field ? "writing" : "reading", { name: one.name, field: one.title });

function draw(here) {
  if (drawn == JSON.stringify(here)) return;
  drawn = JSON.stringify(here);
  const face = one => {
    const initials = element("span", "", one.initials);
    initials.setAttribute("aria-hidden", "true");
    return element("span", one.field ? "face live" : "face", initials);
  };
  faces.replaceChildren(...here.map(one => {
    const made = face(one);
    made.title = doing(one);
    made.append(element("span", "visually-hidden", `${doing(one)}. `));
    return made;
  }));
  faces.hidden = alsoHere.hidden = !here.length;
  list.replaceChildren(...here.map(one => {
    const made = face(one);
    made.setAttribute("aria-hidden", "true");
    return element("li", "", made, element("span", "", doing(one)));
  }));
  for (const mark of form.querySelectorAll(".claim")) mark.remove();
  for (const row of form.querySelectorAll(".claimed")) row.classList.remove("claimed");
  const fields = new Map();
  for (const one of here) if (one.field) fields.set(one.field, [...fields.get(one.field) ?? [], one]);
  for (const [field, people] of fields) {
    const row = form.querySelector(`.form-row.field-${field}`);
    if (!row) continue;
    const names = people.map(one => one.is_you ? called(one) : say("here", { name: one.name }));
    row.classList.add("claimed");
    (row.querySelector("label") ?? row.firstElementChild).before(element("span", "claim", names.join(", ")));
  }
}

form.addEventListener("focusin", moved);
form.addEventListener("focusout", () => setTimeout(moved));
form.addEventListener("story:has-an-address", giveSignOfLife);
form.addEventListener("story:saved", () => { if (isTurnedAway) giveSignOfLife(); });
document.addEventListener("visibilitychange", () => {
  clearTimeout(leaves);
  if (document.hidden) leaves = setTimeout(leave, HIDDEN_LONG);
  clearTimeout(soon);
  soon = setTimeout(giveSignOfLife, MOMENT);  // not at once: a window that closes is hidden first, and leaves
});
addEventListener("pagehide", leave);
addEventListener("pageshow", giveSignOfLife);
addEventListener("focus", giveSignOfLife);
giveSignOfLife();
