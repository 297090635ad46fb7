// The house style while somebody writes: what is to be avoided is underlined in the body, and named below the other
// fields. Each place says what to write instead, and one press writes it.
import { form, withEditor } from "desk/server";

const address = document.querySelector("[data-style-list]")?.dataset.styleList;
const FIELDS = ["kicker", "headline", "short_headline", "standfirst", "lead_caption", "key_points", "dateline"];
const LETTER = "[\\p{L}\\p{M}\\p{N}_]", PAUSE = 200, LINGER = 300;  // milliseconds
let patterns = [], sentences = {}, scanned = new WeakMap();

// The list

const spoken = words => words.replaceAll("’", "'").replace(/\s+/g, " ").trim();
const say = (sentence, told) => sentences[sentence].replace(/%\((\w+)\)s/g, (_, word) => told[word] ?? "");

async function load() {
  const answer = await fetch(address.replace("LANGUAGE", form.elements.language?.value ?? "en"), { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  sentences = told.sentences;
  scanned = new WeakMap();
  patterns = ["cased", "uncased"].flatMap(name => {
    const { [`whole_${name}`]: whole, [`part_${name}`]: some } = told.patterns, isCased = name == "cased";
    const either = [whole && `(?<!${LETTER})(?:${whole})(?!${LETTER})`, some].filter(Boolean).join("|");
    if (!either) return [];
    const key = words => isCased ? spoken(words) : spoken(words).toLowerCase();
    const known = new Map(told.entries.filter(({ cased }) => cased == isCased).map(entry => [key(entry.avoid), entry]));
    return [{ pattern: new RegExp(either, isCased ? "gu" : "giu"), find: words => known.get(key(words)) }];
  });
}

// “mayor” is right already in “the mayor”.
function isRightAlready({ avoid, write, cased }, text, start) {
  const fold = words => cased ? words : words.toLowerCase(), before = write ? fold(write).indexOf(fold(avoid)) : -1;
  return before >= 0 && start >= before && fold(text.slice(start - before, start - before + write.length)) == fold(write);
}

function find(text) {
  const found = [];
  for (const { pattern, find: entryOf } of patterns) {
    for (const { 0: words, index: from } of text.matchAll(pattern)) {
      const entry = entryOf(words);
      if (entry && !isRightAlready(entry, text, from)) found.push({ entry, words, from, to: from + words.length });
    }
  }
  return found.sort((one, other) => one.from - other.from);
}

const told = ({ entry, words }) => `${say(entry.write ? "write" : "avoid", { words, write: entry.write })} ${entry.why}`.trim();

// What is written instead begins with a capital where what it replaces did.
function instead({ entry, words }) {
  const isCapital = words[0] != words[0].toLowerCase();
  return isCapital && !entry.cased ? entry.write[0].toUpperCase() + entry.write.slice(1) : entry.write;
}

function button(match, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: say("button", { write: instead(match) }) });
  made.addEventListener("click", press);
  return made;
}

// Below the plain fields

function note(input) {
  const row = input.closest(".form-row"), found = find(input.value);
  let lines = row.querySelector(".style-notes");
  const said = found.map(told).join("\n");
  if ((lines?.dataset.said ?? "") == said) return;
  const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter(id => id && id != `${input.id}_style`);
  lines?.remove();
  if (found.length) {
    lines = Object.assign(document.createElement("ul"), { className: "style-notes", id: `${input.id}_style` });
    lines.setAttribute("aria-label", sentences.list);
    lines.dataset.said = said;
    lines.append(...found.map((match, place) => {
      const line = document.createElement("li"), sentence = document.createElement("span");
      sentence.textContent = told(match);
      line.append(sentence);
      if (match.entry.write) line.append(button(match, () => {
        const now = find(input.value)[place];
        if (!now) return;
        input.setRangeText(instead(now), now.from, now.to, "end");
        input.dispatchEvent(new Event("input", { bubbles: true }));
        note(input);
        (row.querySelector(".style-notes button") ?? input).focus();
      }));
      return line;
    }));
    input.after(lines);
    others.push(lines.id);
  }
  if (others.length) input.setAttribute("aria-describedby", others.join(" "));
  else input.removeAttribute("aria-describedby");
}

const inputs = () => FIELDS.map(name => form.elements[name]).filter(input => input?.setRangeText && input.type != "hidden");

// In the body

async function underline(editor) {
  const { pm } = await import("django-prose-editor/editor");
  const { Plugin, PluginKey } = pm.state, { Decoration, DecorationSet } = pm.view, key = new PluginKey("newsroomStyle");

  // A paragraph that did not change is the same object as before, and is not looked at again.
  function mark(doc) {
    const marks = [];
    doc.descendants((block, at) => {
      if (!block.isTextblock) return;
      if (!scanned.has(block)) scanned.set(block, find(block.textBetween(0, block.content.size, "", "\n")));
      for (const match of scanned.get(block)) marks.push(Decoration.inline(at + 1 + match.from, at + 1 + match.to, { class: "off-style" }, { match }));
      return false;
    });
    return DecorationSet.create(doc, marks);
  }

  editor.registerPlugin(new Plugin({
    key,
    state: {
      init: (_, { doc }) => mark(doc),
      apply: (change, marks) => change.docChanged || change.getMeta(key) ? mark(change.doc) : marks,
    },
    props: { decorations: state => key.getState(state) },
  }));

  const text = editor.view.dom, tip = document.createElement("div"), sentence = document.createElement("span");
  tip.className = "style-tip";
  tip.setAttribute("role", "group");
  tip.setAttribute("aria-label", sentences.list);
  sentence.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  let shown = null, leaving;

  const at = (from, to = from) => key.getState(editor.state).find(from, to)[0];

  function show(place) {
    clearTimeout(leaving);
    if (!place) return hide();
    if (shown?.from == place.from && shown.to == place.to && !tip.hidden) return;
    shown = place;
    const { match } = place.spec, { left, bottom } = editor.view.coordsAtPos(place.from);
    sentence.textContent = told(match);
    tip.replaceChildren(sentence);
    if (match.entry.write) tip.append(button(match, replace), Object.assign(document.createElement("kbd"), { textContent: sentences.keys }));
    tip.hidden = false;
    const most = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(left, most)) + scrollX}px`;
    tip.style.top = `${bottom + scrollY + 4}px`;
  }

  function hide() {
    clearTimeout(leaving);
    tip.hidden = true;
    shown = null;
  }

  function replace() {
    if (!shown?.spec.match.entry.write) return false;
    const { from, to, spec } = shown, { state, view } = editor;
    hide();
    view.dispatch(state.tr.insertText(instead(spec.match), from, to).scrollIntoView());
    view.focus();
    return true;
  }

  const leave = () => { clearTimeout(leaving); leaving = setTimeout(follow, LINGER); };
  const follow = () => { const { from, to } = editor.state.selection; if (!tip.contains(document.activeElement)) show(editor.view.hasFocus() ? at(from, to) : null); };
  text.addEventListener("mouseover", ({ target }) => {
    const word = target.closest(".off-style");
    if (word) show(at(editor.view.posAtDOM(word, 0)));
  });
  text.addEventListener("mouseout", ({ target }) => { if (target.closest(".off-style")) leave(); });
  tip.addEventListener("mouseenter", () => clearTimeout(leaving));
  tip.addEventListener("mouseleave", leave);
  tip.addEventListener("focusout", leave);
  editor.on("selectionUpdate", follow);
  editor.on("update", follow);
  editor.on("blur", leave);
  addEventListener("keydown", event => {
    if (tip.hidden) return;
    if (event.key == "Escape") { const wasIn = tip.contains(document.activeElement); hide(); if (wasIn) editor.view.focus(); }
    if (event.key == "Enter" && event.altKey && !event.ctrlKey && !event.metaKey && replace()) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  return () => editor.view.dispatch(editor.state.tr.setMeta(key, true));
}

if (address) {
  const created = new Promise(withEditor);
  const loaded = load().catch(() => {});  // without the list, the rail still tells
  let markAgain = () => {}, pause;
  loaded.then(() => inputs().forEach(note));
  Promise.all([created, loaded]).then(async ([editor]) => { if (sentences.write) markAgain = await underline(editor); });
  form.addEventListener("input", ({ target }) => {
    if (!inputs().includes(target) || !sentences.write) return;
    clearTimeout(pause);
    pause = setTimeout(() => inputs().forEach(note), PAUSE);
  });
  form.elements.language?.addEventListener("change", async () => {
    await load().catch(() => {});
    inputs().forEach(note);
    markAgain();
  });
}
