// Whoever types an @ is offered the names of colleagues. Without the list, a name can still be typed.
const BEGUN = /(?:^|[^\p{L}\p{N}_.@+-])@([\p{L}\p{N}_.+-]*(?: [\p{L}\p{N}_.+-]+)?)$/u, MOMENT = 120;
let area = null, list = null, pause, asked = 0, spaced = null;

const options = () => [...list?.children ?? []];
const active = () => options().find(option => option.ariaSelected == "true");

function close() {
  asked++;
  list?.remove();
  list = null;
  area?.removeAttribute("aria-activedescendant");
  area?.removeAttribute("aria-controls");
}

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", other == option);
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function choose(option) {
  const caret = area.selectionStart, begun = area.value.slice(0, caret).match(BEGUN)?.[1] ?? "";
  area.setRangeText(`${option.dataset.username} `, caret - begun.length, caret, "end");
  spaced = area.selectionStart;
  close();
  area.focus();
}

async function offer() {
  const turn = ++asked, begun = area.value.slice(0, area.selectionStart).match(BEGUN);
  if (!begun) return close();
  let people = [];
  try {
    const answer = await fetch(`${area.dataset.colleagues}?q=${encodeURIComponent(begun[1])}`, { headers: { accept: "application/json" } });
    if (answer.ok) ({ people } = await answer.json());
  } catch { /* the name can still be typed */ }
  if (turn != asked) return;
  close();
  if (!people.length) return;
  list = document.createElement("ul");
  list.className = "names";
  list.id = `${area.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.labels[0]?.textContent ?? "@");
  list.append(...people.map(({ name, username }, place) => {
    const option = document.createElement("li"), account = document.createElement("span");
    option.id = `${list.id}-${place}`;
    option.dataset.username = username;
    option.setAttribute("role", "option");
    account.className = "quiet";
    account.textContent = `@${username}`;
    option.append(name, " ", account);
    return option;
  }));
  list.addEventListener("pointerdown", event => event.preventDefault());  // the field keeps the focus
  list.addEventListener("click", event => { const option = event.target.closest("li"); if (option) choose(option); });
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  mark(list.firstElementChild);
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("textarea[data-colleagues]")) return;
  if (area != target) { close(); area = target; area.setAttribute("aria-autocomplete", "list"); }
  clearTimeout(pause);
  pause = setTimeout(offer, MOMENT);
}, true);
document.addEventListener("beforeinput", event => {  // the space that everybody types after a name stands there already
  if (event.target == area && event.data == " " && area.selectionStart == spaced && area.selectionEnd == spaced) event.preventDefault();
  spaced = null;
}, true);
document.addEventListener("focusout", ({ target }) => { if (target == area) close(); });
document.addEventListener("keydown", event => {
  if (!list || event.target != area || event.isComposing) return;
  const all = options(), at = all.indexOf(active());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(all[(at + step + all.length) % all.length]);
  else if (event.key == "Escape") close();
  else if ((event.key == "Enter" || event.key == "Tab") && !event.ctrlKey && !event.metaKey) choose(all[at]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
