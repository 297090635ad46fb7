// What a story's body may hold besides text: figures of the library, pull quotes, fact boxes and embedded
// addresses. The HTML is that of articles/richtext.py, which drops the roles that are for this page only; so
// opening and saving a story changes nothing.
import { Extension, Node, mergeAttributes, updateAttrsDialog } from "django-prose-editor/editor";
import { choosePicture, findPictures } from "desk/chooser";

const say = window.gettext || (words => words);

function item(menu, buttons, name, words, command, isActive = () => false) {
  menu.defineItem({ name, groups: "newsroom", button: buttons.text(words), command, active: isActive });
}

export const NewsroomFigure = Node.create({
  name: "newsroomFigure",
  group: "block",
  content: "inline*",
  draggable: true,
  isolating: true,

  addAttributes() {
    return {
      image: { default: "", parseHTML: figure => figure.dataset.image, renderHTML: ({ image }) => ({ "data-image": image }) },
      alt: { default: null, parseHTML: figure => figure.dataset.alt ?? null, renderHTML: ({ alt }) => alt ? { "data-alt": alt } : {} },
    };
  },
  parseHTML() {
    return [{ tag: "figure[data-image]", contentElement: figure => figure.querySelector("figcaption") ?? figure }];
  },
  renderHTML({ HTMLAttributes }) {
    return ["figure", HTMLAttributes, ["figcaption", 0]];
  },
  addNodeView() {
    return ({ node, editor, getPos }) => {
      const dom = document.createElement("figure"), picture = document.createElement("img"), contentDOM = document.createElement("figcaption");
      picture.alt = node.attrs.alt ?? "";
      picture.contentEditable = "false";
      picture.addEventListener("click", () => editor.chain().focus().setNodeSelection(getPos()).run());
      findPictures(node.attrs.image).then(
        found => { const it = found.find(({ code }) => code == node.attrs.image); if (it) { picture.src = it.url; picture.alt ||= it.alt; } },
        () => {});
      dom.append(picture, contentDOM);
      return {
        dom,
        contentDOM,
        update: updated => updated.type == node.type && updated.attrs.image == node.attrs.image,
        ignoreMutation: mutation => mutation.type != "selection" && !contentDOM.contains(mutation.target),
      };
    };
  },
  addMenuItems({ menu, buttons }) {
    item(menu, buttons, "figure", say("Picture"), async editor => {
      const picture = await choosePicture();
      if (picture) insertAfter(editor, { type: this.name, attrs: { image: picture.code } }, 1);
    }, editor => editor.isActive(this.name));
  },
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => editor.isActive(this.name) && leave(editor, this.name),
      // An empty caption: the first press selects the picture, the second removes it.
      Backspace: ({ editor }) => {
        const { $from, empty } = editor.state.selection;
        const isBeforeCaption = empty && $from.parent.type.name == this.name && !$from.parentOffset;
        return isBeforeCaption && editor.commands.setNodeSelection($from.before());
      },
    };
  },
});

const QuoteSource = Node.create({
  name: "newsroomQuoteSource",
  content: "inline*",
  defining: true,
  parseHTML() { return [{ tag: "aside.pullquote > footer" }]; },
  renderHTML() { return ["footer", 0]; },
  addKeyboardShortcuts() {
    return { Enter: ({ editor }) => editor.isActive(this.name) && leave(editor, "newsroomPullQuote") };
  },
});

export const NewsroomPullQuote = Node.create({
  name: "newsroomPullQuote",
  group: "block",
  content: "paragraph+ newsroomQuoteSource?",
  defining: true,
  isolating: true,
  addExtensions() { return [QuoteSource]; },
  parseHTML() { return [{ tag: "aside.pullquote" }]; },
  renderHTML() { return ["aside", { class: "pullquote", role: "note" }, 0]; },
  addMenuItems({ menu, buttons }) {
    item(menu, buttons, "pullQuote", say("Pull quote"), editor => {
      if (editor.isActive(this.name)) return takeOut(editor, this.name);
      const { from, to } = editor.state.selection, words = editor.state.doc.textBetween(from, to, " ");
      const content = [{ type: "paragraph", content: words ? [{ type: "text", text: words }] : [] }, { type: "newsroomQuoteSource" }];
      insertAfter(editor, { type: this.name, content }, 2);
    }, editor => editor.isActive(this.name));
  },
});

export const NewsroomFactBox = Node.create({
  name: "newsroomFactBox",
  group: "block",
  content: "heading? (paragraph | bulletList | orderedList)+",
  defining: true,
  isolating: true,
  parseHTML() { return [{ tag: "aside.factbox" }]; },
  renderHTML() { return ["aside", { class: "factbox", role: "note" }, 0]; },
  addMenuItems({ menu, buttons }) {
    item(menu, buttons, "factBox", say("Fact box"), editor => {
      if (editor.isActive(this.name)) return takeOut(editor, this.name);
      const content = [{ type: "heading", attrs: { level: 2 } }, { type: "paragraph" }];
      insertAfter(editor, { type: this.name, content }, 2);
    }, editor => editor.isActive(this.name));
  },
  addKeyboardShortcuts() {
    return {
      // Enter in an empty last line leaves the box, as it leaves a list.
      Enter: ({ editor }) => {
        const { $from, empty } = editor.state.selection, box = $from.node(-1);
        if (!empty || $from.parent.content.size || box?.type.name != this.name) return false;
        const least = box.firstChild.type.name == "heading" ? 2 : 1;
        if (box.childCount <= least || $from.index(-1) != box.childCount - 1) return false;
        const end = $from.after(-1) - $from.parent.nodeSize;
        return editor.chain().deleteRange({ from: $from.before(), to: $from.after() })
          .insertContentAt(end, { type: "paragraph" }).setTextSelection(end + 1).scrollIntoView().run();
      },
    };
  },
});

// Go on writing below a block: in the paragraph that follows, or in a new one.
function leave(editor, name) {
  const { $from, to } = editor.state.selection;
  let depth = $from.depth;
  while (depth && $from.node(depth).type.name != name) depth--;
  const after = depth ? $from.after(depth) : to;
  const goOn = editor.chain();
  if (editor.state.doc.nodeAt(after)?.type.name != "paragraph") goOn.insertContentAt(after, { type: "paragraph" });
  return goOn.setTextSelection(after + 1).scrollIntoView().run();
}

const askAddress = updateAttrsDialog(
  { address: { type: "string", format: "url", title: say("Address of the video, post or map"), required: true } },
  { title: say("Embed"), submitText: say("Insert") });

// The desk knows whether there is a player for an address. Each is asked about once.
const told = new Map();
function whatReadersGet(address) {
  if (!told.has(address)) {
    const ask = document.querySelector("[data-embeds]").dataset.embeds;
    told.set(address, fetch(`${ask}?address=${encodeURIComponent(address)}`).then(answer => answer.json()));
  }
  return told.get(address);
}

export const NewsroomEmbed = Node.create({
  name: "newsroomEmbed",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes() {
    return { address: { default: "", parseHTML: div => div.dataset.embed, renderHTML: ({ address }) => ({ "data-embed": address }) } };
  },
  parseHTML() { return [{ tag: "div[data-embed]" }]; },
  renderHTML({ HTMLAttributes }) { return ["div", mergeAttributes(HTMLAttributes)]; },
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("div"), words = document.createElement("p"), address = document.createElement("bdi");
      dom.className = "embed-card";
      address.dir = "ltr";
      address.textContent = node.attrs.address;
      dom.append(words, address);
      whatReadersGet(node.attrs.address).then(told => words.textContent = told.words, () => {});
      return { dom };
    };
  },
  addMenuItems({ menu, buttons }) {
    item(menu, buttons, "embed", say("Embed"), async editor => {
      const given = await askAddress(editor, {});
      if (given) insertAfter(editor, { type: this.name, attrs: given });
    });
  },
});

// Put a block after the one that the cursor is in, and the cursor into it.
function insertAfter(editor, block, cursor) {
  const { $to } = editor.state.selection, after = $to.depth ? $to.after(1) : $to.pos;
  const made = editor.chain().focus().insertContentAt(after, block, { updateSelection: false });
  (cursor ? made.setTextSelection(after + cursor) : made.setNodeSelection(after)).scrollIntoView().run();
}

// Text from Google Docs or Word says with inline styles what is bold. Our content security policy takes
// those away before the editor reads them, so they become elements first. It also complains of handlers
// such as onclick while a browser merely parses them, so they go before that.
const TAG = /<[a-z][^\s/>]*/gi;
const ATTRIBUTE = /[\s/]*([^\s/>][^\s/>=]*)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*|))?/y;

function defuse(html) {
  let safe = "", at = 0;
  for (const { 0: opening, index } of html.matchAll(TAG)) {
    if (index < at) continue;  // it stands in an attribute
    safe += html.slice(at, index) + opening;
    ATTRIBUTE.lastIndex = at = index + opening.length;
    for (let found; (found = ATTRIBUTE.exec(html)); at = ATTRIBUTE.lastIndex) {
      const [, name, value = ""] = found;
      if (!/^on/i.test(name)) safe += ` ${/^style$/i.test(name) ? "data-style" : name}${value}`;
    }
  }
  return safe + html.slice(at);
}

const MEANT = [
  [/font-weight:\s*(bold|[6-9]00)/i, "strong", "b, strong, h1, h2, h3, h4, h5, h6, th"],
  [/font-style:\s*italic/i, "em", "i, em"],
  [/text-decoration[\w-]*:[^;]*line-through/i, "s", "s, del, strike"],
  [/vertical-align:\s*super/i, "sup", "sup"],
  [/vertical-align:\s*sub/i, "sub", "sub"],
];
const BLOCKS = "address, article, aside, blockquote, dd, div, dl, dt, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, table, ul";
const HEADINGS = { H1: "h2", H4: "h3", H5: "h3", H6: "h3" };

function sayWithElements(html) {
  const plain = html.replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "");
  const page = new DOMParser().parseFromString(defuse(plain), "text/html");
  for (const styled of page.querySelectorAll("[data-style]")) {
    const style = styled.dataset.style;
    styled.removeAttribute("data-style");
    if (styled.matches("b, strong") && /font-weight:\s*(normal|400)/i.test(style)) { styled.replaceWith(...styled.childNodes); continue; }
    for (const [pattern, tag, already] of MEANT) {
      if (!pattern.test(style) || styled.closest(already)) continue;
      const meant = page.createElement(tag);
      meant.append(...styled.childNodes);
      styled.append(meant);
    }
  }
  for (const heading of page.querySelectorAll("h1, h4, h5, h6")) {
    const ours = page.createElement(HEADINGS[heading.tagName]);
    ours.append(...heading.childNodes);
    heading.replaceWith(ours);
  }
  for (const parent of [page.body, ...page.querySelectorAll("article, blockquote, div, li, main, section, td, th")]) paragraph(parent);
  return page.body.innerHTML;
}

// Words that lie loose beside blocks become a paragraph; else the editor drops the spaces between their links.
function paragraph(parent) {
  if (![...parent.children].some(child => child.matches(BLOCKS))) return;
  let line = null;
  for (const node of [...parent.childNodes]) {
    if (node instanceof Comment) continue;
    if (node instanceof Element && (node.matches(BLOCKS) || node.querySelector(BLOCKS))) { line = null; continue; }
    if (!line) {
      if (!node.textContent.trim()) continue;
      line = parent.ownerDocument.createElement("p");
      node.before(line);
    }
    line.append(node);
  }
}

export const NewsroomPaste = Extension.create({
  name: "newsroomPaste",
  transformPastedHTML(html) { return sayWithElements(html); },
});

// Turn a box back into the paragraphs in it.
function takeOut(editor, name) {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (node.type.name != name) continue;
    const blocks = [];
    node.forEach(child => blocks.push(child.type.name == "newsroomQuoteSource" ? { type: "paragraph", content: child.content.toJSON() ?? [] } : child.toJSON()));
    const from = $from.before(depth);
    return editor.chain().focus().insertContentAt({ from, to: from + node.nodeSize }, blocks).run();
  }
}

// The toolbar is one stop for Tab; arrows walk in it, Alt+F10 goes there, Escape returns to the text.
document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => editor.on("create", () => {
  const bar = textarea.parentElement.querySelector(".prose-menubar"), text = editor.view.dom;
  const buttons = () => [...bar.querySelectorAll("button:not(.hidden)")];
  const stop = button => buttons().forEach(other => other.tabIndex = other == button ? 0 : -1);
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", say("Body"));
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
}));
