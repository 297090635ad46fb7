// Words are saved while they are written. Until the desk has them they are kept in this browser, so that a closed
// tab, an expired login or a server that is away loses none; and [data-saved] says truly where they are.
import { desk, form, minuteOf, readPage, say, send, timeOf, withEditor } from "desk/server";
import { forget, keep, leftBehind } from "desk/kept";

const saved = document.querySelector("[data-saved]"), startedFrom = form.elements.started_from;
const OURS = ["csrfmiddlewaretoken", "started_from"];
const KEEP_AFTER = 300, LONGEST_PAUSE = 30_000, PATIENCE = 5_000;  // milliseconds

const words = (packet = new FormData(form)) => Object.fromEntries([...packet].filter(([name]) => !name.startsWith("_") && !OURS.includes(name)));
let known = document.querySelector(".errornote") ? {} : words();  // what the desk has
for (const field of form.querySelectorAll("[data-count]")) {  // somebody may have typed before this ran
  if (field.name in known) known[field.name] = field.defaultValue;
}
let leftOut = {};  // what it did not take, by field
let unanswered = null;  // what was sent, and nobody knows whether it arrived
let running = null, trouble = "", tries = 0, isOld = false, isLeaving = false, isFilling = false, hasSaved = false;
let isAskedFor = false, isAwaited = false;  // by Save draft: a version that stays; and its answer is read out
let due, unsavedSince, keepDue, keptAt, lastSaid = ["fine", saved.textContent];

const differing = now => Object.keys(now).filter(name => now[name] !== known[name]);
const news = now => differing(now).filter(name => leftOut[name] !== now[name]);
const isNameless = now => !desk.pages.story && !now.headline.trim();

// What the bar says

function link(address, text, press) {
  const made = Object.assign(document.createElement("a"), { href: address, textContent: text });
  if (press) made.addEventListener("click", press);
  return made;
}

// Only what changes something for the writer is read out; not every save.
function show(mood, text, ...more) {
  form.toggleAttribute("data-saving", running != null || unanswered != null);
  const whole = [text, ...more.map(one => one.textContent)].join(" ");
  if (saved.dataset.mood == mood && saved.textContent == whole) return;  // whoever is on the link stays on it
  const isNews = isAwaited || (saved.dataset.mood ?? "fine") != mood || mood == "fine" && !hasSaved && text.includes(":");
  saved.setAttribute("aria-live", isNews ? "polite" : "off");
  saved.dataset.mood = mood;
  saved.replaceChildren(text, ...more.flatMap(one => [" ", one]));
}

function showTrouble(sentence = "") {
  const signIn = () => link(`${desk.login}?next=${encodeURIComponent(location.pathname)}`, say("sign_in"));
  if (keptAt == null) return show(trouble, say("not_kept"));
  if (trouble == "signed_out") return show(trouble, say("signed_out"), signIn());
  if (trouble == "other_person") return show(trouble, say("other_person"));
  if (trouble == "refused") return show(trouble, say("refused", { sentence }));
  if (navigator.onLine) return show(trouble, say("unreachable"));
  show(trouble, say("offline", { time: timeOf(keptAt) }));
}

function showSomebodySaved(who, isYou, ...more) {
  const sentence = isYou ? say("yourself") : who ? say("colleague", { name: who }) : say("somebody");
  show("old", sentence, ...more);
}

// Beside a field that could not be saved stands why.
function explain(fields) {
  for (const note of form.querySelectorAll("[data-left-out]")) {
    const input = form.elements[note.dataset.leftOut];
    if (note.dataset.before) input.setAttribute("aria-describedby", note.dataset.before);
    else input?.removeAttribute?.("aria-describedby");
    note.remove();
  }
  for (const { field, why } of fields) {
    const input = form.elements[field], row = form.querySelector(`.form-row.field-${field}`);
    if (!row) continue;
    const note = Object.assign(document.createElement("p"), { className: "left-out", textContent: why, id: `id_${field}_left_out` });
    note.dataset.leftOut = field;
    note.dataset.before = input?.getAttribute?.("aria-describedby") ?? "";
    input?.setAttribute?.("aria-describedby", `${note.dataset.before} ${note.id}`.trim());
    row.append(note);
  }
}

// In this browser

function keepNow() {
  clearTimeout(keepDue);
  const fields = words(), at = Date.now(), isAllSaved = !unanswered && !differing(fields).length;
  if (isAllSaved) forget();
  const isKept = isAllSaved || keep({ at, startedFrom: startedFrom.value, code: desk.code, fields, unanswered, isLeaving });
  keptAt = isKept ? at : null;
  return isKept;
}

// To the desk

function plan(pause) {
  unsavedSince ??= Date.now();
  clearTimeout(due);
  due = setTimeout(save, pause ?? Math.max(0, Math.min(desk.after, unsavedSince + desk.at_the_latest - Date.now())));
}

function save() {
  clearTimeout(due);
  if (!running && !isOld && !isLeaving) running = sendWords().finally(() => { running = null; form.toggleAttribute("data-saving", unanswered != null); });
  return running;
}

async function sendWords() {
  while (form.matches("[data-asking]")) await new Promise(resolve => setTimeout(resolve, 50));  // Publish… takes them along
  const now = words();
  if (!unanswered) {
    if (!isAskedFor && !news(now).length || isNameless(now)) return;
    unanswered = { fields: now, startedFrom: startedFrom.value, code: desk.code, isAskedFor };
    isAskedFor = false;
  }
  const sent = unanswered;
  unsavedSince = null;
  keepNow();
  if (!trouble) show("fine", say("saving"));
  const answer = await ask(sent);
  if (answer.later) return wait(answer.later);
  unanswered = null;
  if (answer.status == 409) return becomeOld(sent, answer.told);
  if (answer.status != 200) return refuse(answer.told.sentence);
  await take(sent, answer.told);
}

// Save draft, without leaving the page: the cursor stays where it is. Returns whether the desk has answered here;
// what only a page can say is left to the page.
async function saveHere() {
  isAskedFor = isAwaited = true;
  do await (running ?? save()); while (isAskedFor && !trouble && !isOld && !isLeaving && !isNameless(words()));
  isAwaited = false;
  const isDone = trouble == "away" || !isAskedFor && !isOld && !trouble && !("translation_of" in leftOut);
  isAskedFor = false;
  if (isDone && !trouble) form.dispatchEvent(new Event("story:saved-here"));
  return isDone;
}

// What the desk says of it; or why it is to be asked later.
async function ask({ fields, startedFrom: number, code, isAskedFor: isDraft }, patience) {
  let answer;
  const asked = isDraft ? { _save_draft: "" } : {};
  try { answer = await send(desk.pages.autosave, { ...fields, ...asked, started_from: number, code }, patience); } catch { return { later: "away" }; }
  if (answer.status == 401) return { later: answer.told.is_other ? "other_person" : "signed_out" };
  return [200, 403, 409, 422].includes(answer.status) && answer.told.sentence !== "" ? answer : { later: "away" };
}

// What was sent is sent again as it was: if only the answer was lost, the desk knows it by its words.
function wait(why) {
  trouble = why;
  keepNow();
  showTrouble();
  plan(Math.min(LONGEST_PAUSE, desk.after * 2 ** tries++));
}

function refuse(sentence) {
  trouble = "refused";
  keepNow();
  showTrouble(sentence);
}

async function take(sent, told) {
  trouble = "", tries = 0;
  startedFrom.value = told.number;
  leftOut = Object.fromEntries(told.left_out.map(({ field }) => [field, sent.fields[field]]));
  for (const [name, value] of Object.entries(sent.fields)) if (!(name in leftOut)) known[name] = value;
  form.dispatchEvent(new CustomEvent("story:saved", { detail: told }));
  follow("slug", sent, told.slug);
  explain(told.left_out);
  const state = document.querySelector(".bar-state .state"), stateBefore = state.textContent, isNew = !desk.pages.story;
  state.outerHTML = told.state;
  document.querySelector("[data-words]").textContent = told.words;
  if (isNew) becomeStory(told.pages);
  if (isNew || document.querySelector(".bar-state .state").textContent != stateBefore) await drawAgain();
  keepNow();
  showSaved(told);
  if (news(words()).length) plan();
}

function showSaved({ time, left_out: fields }) {
  lastSaid = fields.length ? ["but", say("saved_but", { time, fields: fields.map(({ title }) => title).join(", ") })] : ["fine", say("saved", { time })];
  if (news(words()).length) show("fine", say("not_yet"));
  else show(...lastSaid);
  hasSaved = true;
}

// The desk made the address from the headline: what stands in the form follows, unless somebody typed one meanwhile.
function follow(name, sent, value) {
  const input = form.elements[name];
  if (!input || value == null || name in leftOut) return;
  if (input.value === sent.fields[name]) input.value = value;
  known[name] = value;
}

// Of two windows the second one is here. Its words are kept at the desk; what is typed from now on, in this browser.
function becomeOld(sent, { who, is_own: isYou, address, left_out: fields }) {
  isOld = true, trouble = "";
  for (const [name, value] of Object.entries(sent.fields)) if (!fields.includes(name)) known[name] = value;
  keepNow();
  showSomebodySaved(who, isYou, link(address, say("together"), event => {
    if (!differing(words()).length) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=_save_draft]"));
  }));
}

// A new story has an address now, and this page is its form.
function becomeStory(pages) {
  forget();
  desk.pages = pages;
  history.replaceState(null, "", pages.change);
  form.dispatchEvent(new Event("story:has-an-address"));
}

// What stands round the words follows the state of the story.
async function drawAgain() {
  const page = await readPage().catch(() => null);
  if (!page) return;
  document.title = page.title;
  for (const part of ["#content > h1", ".bar-acts"]) {
    const mine = document.querySelector(part), theirs = page.querySelector(part);
    if (mine && theirs && !mine.contains(document.activeElement)) mine.replaceChildren(...theirs.childNodes);
  }
  document.querySelector(".bar-state .state").replaceWith(page.querySelector(".bar-state .state"));
  const state = page.querySelector(".story-rail .next-step");
  document.querySelector(".story-rail .next-step")?.remove();
  if (state) document.querySelector(".story-rail").prepend(state);
  const parts = [".story-rail .assigned", ".story-rail .notes"];  // a new story has them from now on
  const missing = parts.filter(part => !document.querySelector(part)).map(part => page.querySelector(part)).filter(Boolean);
  document.querySelector("[data-here]").after(...missing);
  if (missing.length) form.dispatchEvent(new Event("story:has-notes"));
}

// Words come back

let editor = null, isReady;
const ready = new Promise(resolve => isReady = resolve);
withEditor(standing => isReady(editor = standing));

async function fill(fields) {
  await Promise.race([ready, new Promise(resolve => setTimeout(resolve, PATIENCE))]);
  isFilling = true;
  for (const [name, value] of Object.entries(fields)) {
    const input = form.elements[name];
    if (!input || name.startsWith("initial-") || input.value === value) continue;
    if (name == "body" && editor) editor.commands.setContent(value);
    input.value = value;
    input.dispatchEvent?.(new Event("input", { bubbles: true }));
  }
  isFilling = false;
}

// What an earlier window could not send any more is put into the form and saved, whatever happened to that window.
async function bringBack() {
  const found = await leftBehind(), columns = document.querySelector(".story-cols"), focused = document.activeElement;
  if (!found.length) return;
  columns.inert = true;  // until it is known which words stand in it
  for (const { key, entry } of found) if (!await bringBackOne(key, entry, minuteOf(entry.at))) break;
  columns.inert = false;
  form.dispatchEvent(new Event("story:brought-back"));
  if (document.activeElement == document.body) focused.focus?.();
}

// Returns whether the next one may come.
async function bringBackOne(key, entry, time) {
  if (!startedFrom) { showCopy(entry, time); return true; }
  const { fields, code } = entry;
  let number = entry.startedFrom, isNew = false;
  if (!desk.pages.story && !fields.headline?.trim()) { await goOnWith(key, entry, number); touched(); return false; }
  if (entry.unanswered) {
    const before = await ask(entry.unanswered, PATIENCE);
    if (before.later) { await goOnWith(key, entry, number, entry.unanswered); wait(before.later); return false; }
    number = before.told.number ?? number;
    isNew = before.told.is_new;
  }
  const sent = { fields, startedFrom: number, code };
  const answer = await ask(sent, PATIENCE);
  if (answer.later) { await goOnWith(key, entry, number, sent); wait(answer.later); return false; }
  if (answer.status == 409) { forget(key); location.replace(answer.told.address); return false; }
  if (answer.status != 200) {
    await goOnWith(key, entry, number);
    trouble = "refused";
    show(trouble, say("waiting", { time, sentence: answer.told.sentence }));
    return false;
  }
  forget(key);
  const { is_working: isWorking, number: found } = answer.told;
  isNew ||= answer.told.is_new;
  const isShown = desk.pages.story ? !isWorking || String(found) == startedFrom.value : !isNew;
  if (isShown) return true;  // the desk had them, and this page was made after that
  await fill(fields);
  await take({ fields: words() }, answer.told);
  show("came_back", say("came_back", { time }));
  return true;
}

// As if they had just been typed here.
async function goOnWith(key, entry, number, sent = null) {
  await fill(entry.fields);
  startedFrom.value = number;
  desk.code = entry.code || desk.code;
  unanswered = sent;
  forget(key);
  keepNow();
}

// Who may only read the story by now gets the words to take elsewhere.
function showCopy({ fields }, time) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: say("copy") });
  button.addEventListener("click", async () => {
    const body = new DOMParser().parseFromString((fields.body ?? "").replace(/<\/(p|h2|h3|li|blockquote)>/g, "$&\n"), "text/html").body.textContent;
    const text = [fields.kicker, fields.headline, fields.standfirst, fields.key_points, body].filter(Boolean).join("\n\n");
    try { await navigator.clipboard.writeText(text); button.textContent = "✓"; } catch { /* they stay where they are */ }
  });
  show("refused", say("waiting", { time, sentence: "" }), button);
}

// What happens on the page

function touched() {
  if (isFilling) return;
  const now = words();
  clearTimeout(keepDue);
  keepDue = setTimeout(() => { keepNow(); if (trouble && trouble != "refused") showTrouble(); }, KEEP_AFTER);
  if (isOld) return;
  if (!trouble && !unanswered && !news(now).length) { clearTimeout(due); unsavedSince = null; return show(...lastSaid); }
  if (!trouble) show(saved.dataset.mood == "but" ? "but" : "fine", say(isNameless(now) ? "no_headline" : "not_yet"));
  if (!trouble || trouble == "refused") plan();
}

let isPassed = false;  // to the page itself

if (startedFrom) {
  form.addEventListener("input", event => { if (!event.target.closest("dialog")) touched(); });
  form.addEventListener("submit", async event => {
    const { submitter } = event;
    if (submitter?.name == "_save_draft" && !isPassed && !isLeaving && !isOld && !isNameless(words())) {
      event.preventDefault();
      if (isAwaited) return isAskedFor = true;  // once more, with what was typed since
      if (await saveHere()) return;
      isPassed = true;
      form.requestSubmit(form.querySelector("[name=_save_draft]"));
      isPassed = false;
      return;
    }
    isLeaving = !running;
    keepNow();
    if (isLeaving) return;
    event.preventDefault();  // it would come second to what is on its way, and be refused
    await Promise.race([running, new Promise(resolve => setTimeout(resolve, PATIENCE))]);
    running = null;
    form.requestSubmit(submitter?.isConnected ? submitter : submitter && form.querySelector(`[name=${submitter.name}]`));
  });
  form.addEventListener("story:sent-whole", ({ detail: { packet, at } }) => {  // by Publish…
    const sent = words(packet);
    if (!differing(sent).length) return;
    if (!running) unanswered = null;  // or it would be asked again, and come too late
    known = sent, leftOut = {}, trouble = "", tries = 0;
    lastSaid = ["fine", say("saved", { time: timeOf(at) })];
    touched();
    keepNow();
    drawAgain();
  });
  form.addEventListener("story:saved-elsewhere", ({ detail: { who, isYou } }) => {
    if (running || unanswered || isOld || isLeaving) return;
    if (news(words()).length) save();
    else showSomebodySaved(who, isYou, link(desk.pages.change, say("show")));
  });
  form.addEventListener("story:signed-out", ({ detail: { isOther } }) => {
    if (running || trouble || isOld || isLeaving) return;
    trouble = isOther ? "other_person" : "signed_out";
    keepNow();
    showTrouble();
  });
  form.addEventListener("story:desk-is-there", () => {
    if (running || isLeaving || isOld || !trouble || trouble == "refused") return;
    if (unanswered || news(words()).length) return save();
    trouble = "", tries = 0;
    show(...lastSaid);
  });
  document.addEventListener("visibilitychange", () => {
    if (isLeaving) return;
    if (document.hidden) keepNow(), save();
    else if (trouble) save();
  });
  addEventListener("pagehide", () => { if (!isLeaving) keepNow(); });
  addEventListener("pageshow", () => isLeaving = false);
  addEventListener("online", () => { if (trouble) save(); });
  addEventListener("focus", () => { if (trouble) save(); });
  addEventListener("offline", () => { if (trouble) showTrouble(); });
  addEventListener("beforeunload", event => { if (!isLeaving && !keepNow()) event.preventDefault(); });
}

running = bringBack().finally(() => {
  running = null;
  form.toggleAttribute("data-saving", unanswered != null);
  if (startedFrom && !isOld && (unanswered || trouble != "refused" && news(words()).length)) plan();
});
