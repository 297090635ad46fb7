// What a story's body may hold besides text: figures of the library, pull quotes, fact boxes, embedded addresses
// and cards of other stories. The HTML is that of articles/richtext.py to the letter, so opening and saving a story
// changes nothing. A part of the editor is an exported extension; richtext.py and settings.py name it.
import * as base from "django-prose-editor/editor";
import { Extension, Node, Plugin, mergeAttributes, wrappingInputRule } from "django-prose-editor/editor";
import { choosePicture, element, findPictures } from "desk/chooser";
import { askFields, chooseStory, findStories } from "desk/stories";

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
  renderHTML({ node, HTMLAttributes }) {
    return node.content.size ? ["figure", HTMLAttributes, ["figcaption", 0]] : ["figure", HTMLAttributes];
  },
  addNodeView() {
    return ({ node, editor, getPos }) => {
      const dom = document.createElement("figure"), picture = document.createElement("img"), contentDOM = document.createElement("figcaption");
      contentDOM.dataset.placeholder = say("Caption for this story");
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

// In the text somebody writes, an aside is no landmark of the page round it.
function box(className) {
  const dom = document.createElement("aside");
  dom.className = className;
  dom.setAttribute("role", "note");
  return { dom, contentDOM: dom };
}

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
  renderHTML() { return ["aside", { class: "pullquote" }, 0]; },
  addNodeView() { return () => box("pullquote"); },
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
  renderHTML() { return ["aside", { class: "factbox" }, 0]; },
  addNodeView() { return () => box("factbox"); },
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

// What is typed while a block is selected goes into its caption, or into a new paragraph below; the block stays.
function makeRoom(editor) {
  const { node, to } = editor.state.selection;
  if (node?.isTextblock) return editor.commands.setTextSelection(to - 1);
  return Boolean(node?.isBlock && node.isAtom) && below(editor);
}

function below(editor) {
  const { to } = editor.state.selection;
  return editor.chain().insertContentAt(to, { type: "paragraph" }).setTextSelection(to + 1).run();
}

export const NewsroomTyping = Extension.create({
  name: "newsroomTyping",
  addProseMirrorPlugins() {
    const { editor } = this;
    return [new Plugin({
      props: {
        handleTextInput(view, _from, _to, typed) {
          if (!makeRoom(editor)) return false;
          view.dispatch(view.state.tr.insertText(typed).scrollIntoView());
          return true;
        },
        handleDOMEvents: { compositionstart() { makeRoom(editor); return false; } },
      },
    })];
  },
});

// What an empty place is for. The sheet shows it; it is no part of the words.
export const NewsroomPrompts = base.Placeholder.extend({
  name: "newsroomPrompts",
  addOptions() {
    return {
      ...this.parent(),
      showOnlyCurrent: false,
      includeChildren: true,
      placeholder: ({ editor, node, pos }) => {
        if (node.type.name == "newsroomQuoteSource") return say("Who said it");
        if (node.type.name == "heading") return say("Title of the box");
        return pos || node.type.name != "paragraph" ? "" : editor.view.dom.closest(".prose-editor")?.querySelector("textarea").placeholder ?? "";
      },
    };
  },
});

const BARE = /^[^\s@/:]+\.[a-z]{2,}([/?#:]\S*)?$/i;

function askAddress() {
  const address = element("input", { type: "text", inputMode: "url", autocomplete: "off", dir: "ltr" });
  return askFields(say("Embed"), say("Insert"), [[say("Address of the video, post or map"), address]], () => {
    const typed = address.value.trim(), whole = BARE.test(typed) ? `https://${typed}` : typed;
    return /^https?:\/\/\S+$/i.test(whole) && URL.canParse(whole) ? { address: whole } : say("Write an address such as https://example.org/video.");
  });
}

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
      const given = await askAddress();
      if (given) insertAfter(editor, { type: this.name, attrs: given });
    });
  },
});

// A card of another story: readers get the headline and picture that it has then, and nothing if it is not public.
export const NewsroomReadAlso = Node.create({
  name: "newsroomReadAlso",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes() {
    return { story: { default: "", parseHTML: aside => aside.dataset.story, renderHTML: ({ story }) => ({ "data-story": story }) } };
  },
  parseHTML() { return [{ tag: "aside[data-story]:not([class])" }]; },
  renderHTML({ HTMLAttributes }) { return ["aside", mergeAttributes(HTMLAttributes)]; },
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("div"), words = document.createElement("p"), headline = document.createElement("b");
      dom.className = "embed-card";
      words.textContent = say("Read also");
      headline.textContent = node.attrs.story;
      dom.append(words, headline);
      findStories(node.attrs.story).then(found => {
        const story = found.find(({ code }) => code == node.attrs.story);
        words.textContent = `${say("Read also")} · ${story?.about ?? say("readers do not see it: the story is gone")}`;
        if (story) Object.assign(headline, { textContent: story.headline, lang: story.lang, dir: story.dir });
      }, () => {});
      return { dom };
    };
  },
  addMenuItems({ menu, buttons }) {
    item(menu, buttons, "readAlso", say("Read also"), async editor => {
      const story = await chooseStory();
      if (story) insertAfter(editor, { type: this.name, attrs: { story: story.code } });
    }, editor => editor.isActive(this.name));
  },
});

// Put a block after the one that the cursor is in, and the cursor into it.
function insertAfter(editor, block, cursor) {
  const { $to } = editor.state.selection, after = $to.depth ? $to.after(1) : $to.pos;
  const made = editor.chain().focus().insertContentAt(after, block, { updateSelection: false });
  (cursor ? made.setTextSelection(after + cursor) : made.setNodeSelection(after)).scrollIntoView().run();
}

// Turn a box back into the paragraphs in it.
function takeOut(editor, name) {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (node.type.name != name) continue;
    const blocks = [];
    node.forEach(child => child.content.size && blocks.push(child.type.name == "newsroomQuoteSource" ? { type: "paragraph", content: child.content.toJSON() ?? [] } : child.toJSON()));
    const from = $from.before(depth);
    if (!blocks.length) blocks.push({ type: "paragraph" });
    return editor.chain().focus().insertContentAt({ from, to: from + node.nodeSize }, blocks).run();
  }
}

// Parts of the editor that would make more than a body may hold stand here under their own names, and so replace it.
// A list counts on from any number, in figures only.
export const OrderedList = base.OrderedList.extend({
  addOptions() { return { ...this.parent(), enableListAttributes: false }; },
  addAttributes() {
    return { start: { default: 1, parseHTML: list => list.start, renderHTML: ({ start }) => start == 1 ? {} : { start } } };
  },
  addNodeView() { return null; },
  addInputRules() {
    return [wrappingInputRule({
      find: /^(\d{1,4})\.\s$/,
      type: this.type,
      getAttributes: ([, number]) => ({ start: Number(number) }),
      joinPredicate: ([, number], list) => list.childCount + list.attrs.start == Number(number),
    })];
  },
});

function askTable() {
  const number = (value, max) => element("input", { type: "number", min: 1, max, value });
  const rows = number(3, 100), columns = number(3, 20), head = element("input", { type: "checkbox", checked: true });
  return askFields(say("Insert a table"), say("Insert"), [[say("Rows"), rows], [say("Columns"), columns], [say("The first row is the head of the table"), head]], () =>
    rows.value && columns.value && rows.checkValidity() && columns.checkValidity()
      ? { rows: rows.valueAsNumber, cols: columns.valueAsNumber, withHeaderRow: head.checked }
      : say("A table has 1 to 100 rows and 1 to 20 columns."));
}

export const Table = base.Table.extend({
  addCommands() {
    return {
      ...this.parent(),
      insertTableWithOptions: () => ({ editor }) => {
        askTable().then(asked => {
          if (!asked) return;
          if (editor.state.selection.node) below(editor);
          editor.chain().focus().insertTable(asked).run();
        });
        return true;
      },
    };
  },
});

const spans = {
  addAttributes() {
    const span = name => ({
      default: 1,
      parseHTML: cell => Number(cell.getAttribute(name)) || 1,
      renderHTML: attrs => attrs[name] > 1 ? { [name]: attrs[name] } : {},
    });
    return { colspan: span("colspan"), rowspan: span("rowspan"), colwidth: { default: null, rendered: false } };
  },
};
export const TableCell = base.TableCell.extend(spans);
export const TableHeader = base.TableHeader.extend(spans);
