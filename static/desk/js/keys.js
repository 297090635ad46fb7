// Shortcuts of the desk. The page brings one table of them, which also makes the list that ? shows.
const told = JSON.parse(document.getElementById("desk-keys")?.textContent ?? "null");
const rows = told?.groups.flatMap(group => group.rows) ?? [];
const PATIENCE = 1500;  // milliseconds between G and the key that says where to
const LEAVES_FOR = 10_000;  // milliseconds
const KEPT = "newsroom:keys";

const isOn = () => { try { return localStorage.getItem(KEPT) != "off"; } catch { return true; } };
const isTyping = target => target.isContentEditable || Boolean(target.closest?.("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, dialog"));

// The key as its row has it. On a keyboard without Latin letters, the one that lies in its place.
function keyOf({ key, code, shiftKey }) {
  if (key.length == 1 && key > "~") key = code == "Slash" ? shiftKey ? "?" : "/" : code == "Period" ? "." : code.replace(/^Key/, "").toLowerCase();
  return shiftKey && /^[a-z]$/i.test(key) ? "" : key.toUpperCase();
}

function step(by) {
  const found = [...document.querySelectorAll("[data-row]")].filter(row => row.offsetParent);
  const now = found.indexOf(document.activeElement.closest("[data-row]"));
  const row = found[now < 0 ? by > 0 ? 0 : found.length - 1 : Math.min(Math.max(now + by, 0), found.length - 1)];
  row?.querySelector("[data-row-open], a")?.focus();
}

const deeds = {
  find: () => document.querySelector("#find, #searchbar")?.focus(),
  show: () => show(),
  next: () => step(1),
  previous: () => step(-1),
  step() {
    const next = document.activeElement.closest("[data-row]")?.querySelector("[data-row-next]");
    if (next?.dataset.rowNext) location.assign(next.dataset.rowNext);
    else next?.click();
  },
};

// What is typed while the page is being left was meant for the page, and leads nowhere else.
let leftAt = -Infinity;
addEventListener("submit", event => { if (!event.defaultPrevented) leftAt = event.timeStamp; });
addEventListener("pageshow", () => leftAt = -Infinity);

let before = "", pause;
addEventListener("keydown", event => {
  if (event.timeStamp - leftAt < LEAVES_FOR) return;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!isOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const pressed = [before, keyOf(event)].filter(Boolean).join(" ");
  const row = rows.find(({ keys, goes, does }) => (goes || does) && keys.join(" ") == pressed);
  const isBegun = rows.some(({ keys, goes, does }) => (goes || does) && keys.length > 1 && keys[0] == pressed);
  before = isBegun ? pressed : "";
  clearTimeout(pause);
  pause = setTimeout(() => before = "", PATIENCE);
  if (!row) return;
  event.preventDefault();
  if (row.goes) location.assign(row.goes);
  else deeds[row.does]();
});

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function show() {
  const dialog = element("dialog", { className: "keys" });
  const close = element("button", { type: "button", className: "close", textContent: "✕" });
  close.setAttribute("aria-label", told.close);
  close.addEventListener("click", () => dialog.close());
  const single = element("input", { type: "checkbox", id: "single-keys", checked: isOn() });
  single.addEventListener("change", () => { try { localStorage.setItem(KEPT, single.checked ? "on" : "off"); } catch { /* a browser that keeps nothing */ } });
  const title = element("h2", { id: "keys-title", textContent: told.title });
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(element("header", {}, title, close),
    element("div", { className: "keys-cols" }, ...told.groups.map(group => element("section", {}, element("h3", { textContent: group.name }),
      element("dl", {}, ...group.rows.map(row => element("div", {}, element("dt", {}, ...row.keys.flatMap(key => [element("kbd", { textContent: key }), " "])), element("dd", { textContent: row.words }))))))),
    element("p", { className: "check-line" }, single, element("label", { htmlFor: single.id, textContent: told.single }), element("span", { className: "quiet", textContent: told.why })));
  const from = document.activeElement;
  dialog.addEventListener("close", () => { dialog.remove(); from?.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}

for (const button of document.querySelectorAll("[data-keys]")) {
  button.closest("li").hidden = false;
  button.addEventListener("click", show);
}
