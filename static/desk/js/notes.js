// Notes in the rail of a story: written, answered and settled while the story stays open. Ctrl Alt M begins one about
// the words that are selected. Without this they have a page of their own.
import { form, send } from "desk/server";

let module = null;
form.addEventListener("story:has-notes", listen);  // of a new story, once the desk has it
listen();

function listen() {
  const found = document.querySelector("[data-notes]");
  if (!found || found == module) return;
  module = found;
  const thread = module.querySelector("[data-thread]"), area = module.querySelector("textarea"), told = module.querySelector("[data-told]");
  const quote = module.querySelector("[data-quote]"), label = module.querySelector("[data-label]"), leave = module.querySelector("[data-leave]");
  const fresh = label.textContent;
  const KEPT = () => `newsroom:note:${location.pathname}`;
  let about = {}, isSending = false;

  const reveal = () => { for (const part of module.querySelectorAll("[data-needs-script]")) part.hidden = false; };

  function stand(what, words, title) {
    about = what;
    quote.textContent = words;
    quote.hidden = !words;
    label.textContent = title;
    leave.hidden = !words && !about.note;
  }

  function begin(what, words, title) {
    stand(what, words, title);
    area.focus();
    area.scrollIntoView({ block: "nearest" });
  }

  async function post(fields) {
    let answer;
    try { answer = await send(module.dataset.notes, fields); } catch { answer = { told: {} }; }
    told.textContent = answer.told.sentence ?? module.dataset.unreachable;
    if (answer.status != 200 || !answer.told.thread) return false;
    thread.innerHTML = answer.told.thread;
    reveal();
    return true;
  }

  async function note() {
    if (isSending) return;
    isSending = true;
    const text = area.value, isDone = await post({ ...about, text });
    isSending = false;
    if (!isDone) return area.focus();
    form.dispatchEvent(new Event("story:noted"));
    if (area.value.startsWith(text)) area.value = area.value.slice(text.length).trimStart();  // the rest came meanwhile
    begin({}, "", fresh);
  }

  function selected() {
    const field = document.activeElement.closest(".form-row");
    const name = [...field?.classList ?? []].find(one => one.startsWith("field-"))?.slice(6) ?? "";
    const input = document.activeElement;
    const words = name && "selectionStart" in input ? input.value.slice(input.selectionStart, input.selectionEnd) : String(getSelection());
    return { field: name, quoted: words.trim().slice(0, 500) };
  }

  module.querySelector("[data-send]").addEventListener("click", note);
  leave.addEventListener("click", () => begin({}, "", fresh));
  thread.addEventListener("click", event => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const { do: deed, note } = button.dataset;
    if (deed == "answer") begin({ note }, button.closest("li").querySelector(".said").textContent.trim(), label.dataset.labelAnswer);
    else post({ note, [deed]: "yes" }).then(done => done && thread.querySelector(`[data-note="${note}"]`)?.focus());
  });
  for (const name of ["input", "change"]) module.addEventListener(name, event => event.stopPropagation());  // no words of the story
  let writing = null;  // where Escape leads back to
  area.addEventListener("keydown", event => {
    if (event.key == "Escape" && !event.defaultPrevented && writing) {
      writing.focus({ preventScroll: true });
      writing = null;
    }
    if (event.key != "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();  // here it sends the note, and publishes nothing
    note();
  });
  addEventListener("keydown", event => {
    if (!event.ctrlKey || !event.altKey || event.code != "KeyM") return;
    event.preventDefault();
    const what = selected();
    if (form.contains(document.activeElement) && !module.contains(document.activeElement)) writing = document.activeElement;
    begin(what, what.quoted, fresh);
  });
  reveal();

  // Half a note waits here for whoever leaves the page and comes back.
  addEventListener("pagehide", () => {
    const half = { text: area.value, about, words: quote.textContent, title: label.textContent };
    try { area.value.trim() ? sessionStorage.setItem(KEPT(), JSON.stringify(half)) : sessionStorage.removeItem(KEPT()); } catch { /* a browser that keeps nothing */ }
  });
  try {
    const half = JSON.parse(sessionStorage.getItem(KEPT()));
    if (half && !area.value) {
      area.value = half.text;
      stand(half.about, half.words, half.title);
    }
  } catch { /* as above */ }
}
