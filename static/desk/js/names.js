// Authors in the order of the byline, and topics as chips. The field with commas stays what the form sends and what
// autosave fills: these follow it, and write into it.
import { combobox } from "desk/combobox";
import { form, say } from "desk/server";
import { sortable } from "desk/ordered";
import { tell } from "desk/toast";

const LONGEST = 100;  // characters of a topic
const PATIENCE = 5_000;  // milliseconds
const split = text => text.split(/[,،]/).map(name => name.trim().replace(/\s+/g, " ")).filter(Boolean);
const same = (one, other) => one.toLowerCase() == other.toLowerCase();

for (const root of document.querySelectorAll("[data-names]")) {
  const isTopics = root.dataset.kind == "topics", source = root.querySelector("input[name]"), list = root.querySelector("ol, ul");
  const input = root.querySelector("[role=combobox]"), model = root.querySelector("template");
  const nobody = root.querySelector("[data-nobody]"), byline = root.querySelector("[data-byline]");
  const known = new Map(JSON.parse(root.dataset.known).map(([value, name, about]) => [value.toLowerCase(), { value, name, about }]));
  const shown = value => known.get(value.toLowerCase()) ?? { value, name: value, about: "" };
  const KEPT = () => `newsroom:half:${location.pathname}:${source.name}`;
  let values = [], pending = "", written = null, undo = null, settling = null;
  let half = "";  // what was typed and means nothing: it stays in the field, and the story goes without it

  // What it becomes

  function draw() {
    const here = list.contains(document.activeElement) ? document.activeElement : null, at = here?.closest("li").dataset.value;
    list.replaceChildren(...values.map(value => {
      const item = model.content.cloneNode(true).firstElementChild, { name, about } = shown(value);
      item.dataset.value = value;
      item.querySelector("bdi").textContent = name;
      if (about) item.querySelector(".quiet")?.append(about);
      const grip = item.querySelector(".grip");
      if (grip) grip.ariaLabel = say("move", { name });
      item.querySelector(".drop").ariaLabel = say("remove", { name });
      return item;
    }));
    const again = here && [...list.children].find(item => item.dataset.value == at);
    again?.querySelector(here.matches(".grip") ? ".grip" : ".drop").focus();
    if (!byline) return;
    byline.hidden = !values.length;
    byline.textContent = say("byline", { names: new Intl.ListFormat(document.documentElement.lang).format(values.map(value => shown(value).name)) });
  }

  function write() {
    draw();
    written = source.value = [...values, ...split(pending)].join(", ");
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Names that the page came with and that mean nobody wait in the field, to be mended there.
  function read(isFirst = false) {
    values = split(source.value);
    written = source.value;
    if (isFirst && !isTopics) {
      pending = values.filter(value => !known.has(value.toLowerCase())).join(", ");
      values = values.filter(value => known.has(value.toLowerCase()));
    } else pending = "";
    input.value = pending;
    draw();
  }

  function add(option) {
    if (values.some(value => same(value, option.value))) return tell(say("there_already", { name: option.name }));
    known.set(option.value.toLowerCase(), { ...option, about: isTopics || same(option.value, option.name) ? "" : option.value });
    values.push(option.value);
    undo = null;
    tell(say("added", { name: option.name }));
  }

  function remove(item) {
    const before = values, at = values.indexOf(item.dataset.value);
    values = values.filter((_, i) => i != at);
    write();
    (list.children[Math.min(at, values.length - 1)]?.querySelector(".drop") ?? input).focus();
    undo = () => { undo = null; values = before; write(); tell(say("brought_back")); input.focus(); };
    tell(say("removed"), undo);
  }

  // What is offered

  async function offered(words) {
    const answer = await fetch(`${root.dataset.names}?q=${encodeURIComponent(words)}`, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? (await answer.json()).names : [];
  }

  const isMeant = (one, words) => [one.name, one.value, ...isTopics ? [one.about] : []].some(name => same(name, words));

  async function find(words) {
    const found = await offered(words).catch(() => []);  // without the list, the name can still be typed
    const options = found.map(one => ({ ...one, label: one.name, isNew: false }));
    if (isTopics && words && !/[,،]/.test(words) && words.length <= LONGEST && !found.some(one => isMeant(one, words))) {
      options.push({ name: words, value: words, label: say("new_topic", { name: words }), about: "", isNew: true });
    }
    if (!isTopics) warn(words && !options.length ? say("nobody", { name: words }) : "");
    return options;
  }

  function warn(sentence) {
    nobody.firstElementChild.textContent = sentence;
    nobody.hidden = !sentence;
    nobody.classList.toggle("left-out", Boolean(sentence));
    input.ariaInvalid = sentence ? "true" : null;
  }

  // A name that was typed to its end is taken. Whoever nobody knows, and a topic that is new, waits in the field until
  // somebody says who or what is meant. While the desk cannot be asked, authors are sent as they were typed.
  const settle = () => settling ??= Promise.resolve(box.decided).then(settleNow).finally(() => settling = null);

  async function settleNow() {
    const before = input.value, typed = split(before), left = [];
    if (!typed.length) { half = ""; if (pending) { pending = ""; write(); } return warn(""); }
    let isAnswered = true, areSeveral = false;
    for (const words of typed) {
      const answer = await offered(words).catch(() => null), found = answer?.filter(one => isMeant(one, words)) ?? [];
      isAnswered &&= answer != null;
      areSeveral ||= found.length > 1;
      if (found.length == 1) add(found[0]);
      else left.push(words);
    }
    half = left.join(", ");
    const since = input.value.startsWith(before) ? input.value.slice(before.length) : "";
    if (input.value != half + since) input.value = half + since;
    pending = isTopics || isAnswered ? "" : half;
    write();
    const sentence = !isAnswered ? "not_asked" : areSeveral ? "several" : isTopics ? "no_topic" : "not_signed";
    warn(half ? say(sentence, { name: half }) : "");
  }

  const box = combobox(input, { find, take: option => { pending = half = ""; warn(""); add(option); write(); } });
  input.addEventListener("input", event => { event.stopPropagation(); warn(""); });  // half a name is none
  input.addEventListener("keydown", event => { if (/^[,،]$/.test(event.key)) { event.preventDefault(); box.close(); settle(); } });
  input.addEventListener("blur", settle);
  addEventListener("submit", async event => {
    if (event.target != form || !input.value.trim()) return;
    if (!box.decided) box.close();  // it would cover what is said
    if (input.value == half) return tell(nobody.firstElementChild.textContent);
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    await settle();
    box.close();
    form.requestSubmit(submitter?.isConnected ? submitter : submitter && form.querySelector(`[name=${submitter.name}]`));
  }, true);
  list.addEventListener("click", event => { const drop = event.target.closest(".drop"); if (drop) remove(drop.closest("li")); });
  root.addEventListener("keydown", event => {
    if (!undo || event.key.toLowerCase() != "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.target.value) return;
    event.preventDefault();
    undo();
  });
  source.addEventListener("input", () => { if (source.value != written) read(); });
  if (!isTopics) sortable(list, { tell: (step, told) => tell(say(step, told)), changed: () => { values = [...list.children].map(item => item.dataset.value); write(); } });

  source.hidden = true;
  list.hidden = input.parentElement.hidden = false;
  const help = document.getElementById(`${source.id}_helptext`), label = document.querySelector(`label[for=${source.id}]`);
  if (help) help.hidden = true;
  root.role = "group";
  root.ariaLabel = label.textContent.trim();
  label.htmlFor = input.id;
  read(true);
  addEventListener("pageshow", () => { if (source.value != written) read(); });

  // It stays there when the page is drawn anew.
  addEventListener("pagehide", () => { try { input.value.trim() ? sessionStorage.setItem(KEPT(), input.value) : sessionStorage.removeItem(KEPT()); } catch { /* a browser that keeps nothing */ } });
  try { input.value ||= sessionStorage.getItem(KEPT()) ?? ""; } catch { /* as above */ }
  if (input.value && !pending) settle();
}
