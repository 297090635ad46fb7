// The toolbar over the body: named buttons, one stop for Tab; arrows walk in it, Alt+F10 goes there, Escape
// returns to the text. And the number of words, in the bar of the story.
const say = window.gettext || (words => words);
const isMac = /^Mac|^iP/.test(navigator.platform);

const BUTTONS = {
  heading2: [say("Heading"), "Ctrl Alt 2"],
  heading3: [say("Small heading"), "Ctrl Alt 3"],
  bulletList: [say("List with dots"), "Ctrl Shift 8"],
  orderedList: [say("List with numbers"), "Ctrl Shift 7"],
  bold: [say("Bold"), "Ctrl B"],
  italic: [say("Italic"), "Ctrl I"],
  strike: [say("Struck through"), "Ctrl Shift S"],
  subscript: [say("Lowered"), "Ctrl ,"],
  superscript: [say("Raised"), "Ctrl ."],
  link: [say("Link"), "Ctrl K"],
  blockquote: [say("Quote"), "Ctrl Shift B"],
  horizontalRule: [say("Line between parts")],
  paragraph: [say("Plain paragraph"), "Ctrl Alt 0"],
  table: [say("Table")],
  "table:addColumnAfter": [say("Add a column")],
  "table:deleteColumn": [say("Take out the column")],
  "table:addRowAfter": [say("Add a row")],
  "table:deleteRow": [say("Take out the row")],
  "table:mergeCells": [say("Join cells")],
  "table:splitCell": [say("Part the cell")],
  "table:toggleHeaderCell": [say("Cell as a heading")],
  "table:deleteTable": [say("Take out the table")],
  "history:undo": [say("Undo"), "Ctrl Z"],
  "history:redo": [say("Do again"), "Ctrl Shift Z"],
};
const SWITCHES = new Set(["heading2", "heading3", "bulletList", "orderedList", "bold", "italic", "strike", "subscript", "superscript", "blockquote", "paragraph", "pullQuote", "factBox"]);
const ASKS = new Set(["figure", "embed", "readAlso", "link", "table"]);

function name(button) {
  const [words, keys] = BUTTONS[button.dataset.name] ?? [button.textContent];
  button.setAttribute("aria-label", words);
  if (ASKS.has(button.dataset.name)) button.setAttribute("aria-haspopup", "dialog");
  button.title = keys ? `${words} (${isMac ? keys.replace("Ctrl", "⌘").replace("Alt", "⌥").replace("Shift", "⇧") : keys})` : words;
}

// What the classes of a button show, said to those who do not see it.
function tell(button, editor) {
  const { name } = button.dataset, set = (state, value) => button.getAttribute(state) == value || button.setAttribute(state, value);
  if (name == "bulletList") button.classList.toggle("active", editor.isActive(name));
  if (SWITCHES.has(name)) set("aria-pressed", String(button.classList.contains("active")));
  set("aria-disabled", String(button.classList.contains("disabled")));
}

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => editor.on("create", () => {
  const bar = textarea.parentElement.querySelector(".prose-menubar"), text = editor.view.dom;
  const every = [...bar.querySelectorAll("button")];
  const buttons = () => every.filter(button => !button.classList.contains("hidden"));
  const stop = button => every.forEach(other => other.tabIndex = other == button ? 0 : -1);
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", say("Body"));
  for (const group of bar.children) group.setAttribute("role", "group");
  for (const button of every) name(button);
  const tellAll = () => {
    for (const button of every) tell(button, editor);
    if (every.find(button => button.tabIndex == 0)?.classList.contains("hidden")) stop(buttons()[0]);
  };
  editor.on("transaction", tellAll);
  tellAll();
  stop(buttons()[0]);
  bar.addEventListener("focusin", ({ target }) => stop(target));
  bar.addEventListener("keydown", event => {
    const all = buttons(), at = all.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] * (document.dir == "rtl" ? -1 : 1);
    const next = event.key == "Home" ? all[0] : event.key == "End" ? all.at(-1) : step ? all[(at + step + all.length) % all.length] : null;
    if (next) { event.preventDefault(); next.focus(); }
    if (event.key == "Escape") text.focus();
  });
  text.addEventListener("keydown", event => { if (event.altKey && event.key == "F10") { event.preventDefault(); buttons().find(b => b.tabIndex == 0)?.focus(); } });
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-multiline", "true");
  text.setAttribute("aria-labelledby", `${textarea.id}_label`);
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label) { label.id = `${textarea.id}_label`; label.addEventListener("click", () => text.focus()); }
  text.lang = textarea.lang;
  text.dir = textarea.dir;
  text.spellcheck = true;
  const errors = textarea.getAttribute("aria-describedby");
  if (errors) text.setAttribute("aria-describedby", errors);
  standBelow(document.querySelector(".desk-bar"), bar);
  count(editor);
}));

// The bar of the story stands above it, in one row or in two.
function standBelow(above, bar) {
  if (above) new ResizeObserver(() => bar.style.insetBlockStart = `${above.offsetHeight}px`).observe(above);
}

// As articles/richtext.py counts: words between spaces, and minutes at so many of them.
function count(editor) {
  const words = document.querySelector("[data-words]"), minutes = document.querySelector("[data-minutes]");
  if (!words) return;
  const { aMinute } = words.parentElement.dataset;
  let pause;
  editor.on("update", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      const found = editor.state.doc.textBetween(0, editor.state.doc.content.size, " ", " ").split(/\s+/).filter(Boolean).length;
      words.textContent = found;
      words.parentElement.querySelector("[data-reading]").hidden = !found;
      minutes.textContent = Math.max(1, Math.round(found / aMinute));
    }, 200);
  });
}
