// What a story's body may hold besides text: figures of the library, pull quotes, fact boxes, embedded addresses
// and cards of other stories. The HTML is that of articles/richtext.py to the letter, so opening and saving a story
// changes nothing. A part of the editor is an exported extension; richtext.py and settings.py name it.
import * as base from "django-prose-editor/editor";
import { Extension, Node, Plugin, mergeAttributes, pm, wrappingInputRule } from "django-prose-editor/editor";
import { askForWords, pastedFiles, send } from "desk/arrivals";
import { choosePicture } from "desk/chooser";
import { element } from "desk/element";
import { flagsOf, pictureOf } from "desk/library";
import { ask, askFields, chooseStory, findStories } from "desk/stories";

const say = window.gettext || (words => words);

function item(menu, buttons, name, words, command, isActive = () => false) {
  menu.defineItem({ name, groups: "newsroom", button: buttons.text(words), command, active: isActive });
}

// The shapes that a figure may have besides its own; articles/richtext.py names those that there are.
const SHAPES = { lead: say("Wide, 16 to 9"), card: say("3 to 2"), square: say("Square"), portrait: say("Upright, 4 to 5") };

// Below the picture: its shape, and what it is for who cannot see it, in this story.
function figureUses(crops, change) {
  const shape = element("select", {}, ...["", ...crops].map(crop => new Option(crop ? SHAPES[crop] : say("Whole"), crop)));
  const alt = element("input", { type: "text", maxLength: 500, dir: "auto" });
  const dom = element("div", { className: "figure-uses", contentEditable: "false" },
    element("label", { textContent: say("Shape") }, shape), element("label", { textContent: say("Alt text") }, alt));
  shape.addEventListener("change", () => change({ crop: shape.value || null }));
  alt.addEventListener("input", event => { event.stopPropagation(); change({ alt: alt.value.trim() || null }); });
  alt.addEventListener("keydown", event => { if (event.key == "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault(); });
  const draw = attrs => { shape.value = attrs.crop ?? ""; if (alt.value.trim() != (attrs.alt ?? "")) alt.value = attrs.alt ?? ""; };
  return { dom, alt, draw };
}

export const NewsroomFigure = Node.create({
  name: "newsroomFigure",
  addOptions() { return { crops: [] }; },
  group: "block",
  content: "inline*",
  draggable: true,
  isolating: true,

  addAttributes() {
    return {
      image: { default: "", parseHTML: figure => figure.dataset.image, renderHTML: ({ image }) => ({ "data-image": image }) },
      alt: { default: null, parseHTML: figure => figure.dataset.alt ?? null, renderHTML: ({ alt }) => alt ? { "data-alt": alt } : {} },
      crop: {
        default: null,
        parseHTML: figure => this.options.crops.includes(figure.dataset.crop) ? figure.dataset.crop : null,
        renderHTML: ({ crop }) => crop ? { "data-crop": crop } : {},
      },
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
      const dom = element("figure"), shown = element("img", { contentEditable: "false" }), contentDOM = element("figcaption");
      const about = element("div", { className: "figure-about", contentEditable: "false" });
      dom.dataset.image = node.attrs.image;
      contentDOM.dataset.placeholder = say("Caption for this story");
      const uses = figureUses(this.options.crops, changed => {
        const at = getPos(), { state, view } = editor;
        view.dispatch(state.tr.setNodeMarkup(at, null, { ...state.doc.nodeAt(at).attrs, ...changed }));
      });
      let own = "";  // what the library says of it
      const draw = ({ alt, crop }) => {
        uses.draw({ alt, crop });
        shown.alt = alt ?? own;
        crop ? dom.dataset.crop = crop : delete dom.dataset.crop;
      };
      const tell = picture => {
        own = picture.alt;
        shown.alt ||= own;
        uses.alt.placeholder = own;
        tellOf(picture, about, () => tell(picture));
      };
      draw(node.attrs);
      shown.addEventListener("click", () => editor.chain().focus().setNodeSelection(getPos()).run());
      pictureOf(node.attrs.image).then(picture => {
        if (!picture) return about.replaceChildren(element("span", { className: "flag stop", textContent: say("Readers do not see it: the picture is gone") }));
        Object.assign(shown, { src: picture.large, width: picture.width, height: picture.height });
        if (picture.own_caption) contentDOM.dataset.placeholder = picture.own_caption;
        tell(picture);
      }, () => {});
      dom.append(shown, uses.dom, contentDOM, about);
      return {
        dom,
        contentDOM,
        update(updated) {
          if (updated.type != node.type || updated.attrs.image != node.attrs.image) return false;
          draw(updated.attrs);
          return true;
        },
        stopEvent: event => uses.dom.contains(event.target) || about.contains(event.target),
        ignoreMutation: mutation => mutation.type != "selection" && (mutation.type == "attributes" || !contentDOM.contains(mutation.target)),
      };
    };
  },
  addProseMirrorPlugins() { return [picturesFromOutside(this.editor, this.name)]; },
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

// What readers get under a caption, and for the desk what is missing and where all of it stands.
function tellOf(picture, about, again) {
  const credit = [picture.credit, picture.is_made_with_ai && say("Made with AI")].filter(Boolean).map(words => element("bdi", { textContent: words }));
  const flags = flagsOf({ ...picture, is_made_with_ai: false }).flatMap(flag => [flag, " "]);
  const all = element("a", { href: picture.address, target: "_blank", textContent: say("All about this picture") });
  const fill = element("button", { type: "button", className: "plain", textContent: say("Fill in…") });
  fill.addEventListener("click", async () => { await fillIn(picture); again(); (about.querySelector("button") ?? about.querySelector("a")).focus(); });
  about.replaceChildren(element("p", { className: "credit" }, ...credit.flatMap(words => [" · ", words]).slice(1)),
    element("p", { className: "quiet" }, ...flags, ...picture.missing.length ? [fill, " "] : [], all));
}

function fillIn(picture) {
  return ask(say("Words of the picture"), close => {
    const asked = askForWords(picture), go = element("button", { type: "submit", className: "button default", textContent: say("Save") });
    const cancel = element("button", { type: "button", className: "button", textContent: say("Cancel") });
    const form = element("form", { noValidate: true }, element("p", { className: "quiet", textContent: say("Kept with the picture, for every story that shows it.") }), ...asked.fields, element("p", { className: "acts" }, go, cancel));
    cancel.addEventListener("click", () => close(null));
    form.addEventListener("submit", async event => { event.preventDefault(); if (await asked.save(true)) close(true); });
    return [form];
  });
}

// Files that are pasted or dropped into the text. Each has a place there while it is on its way, and becomes a figure
// in one step, so that Undo takes away just that; what is refused says why in that place.
function picturesFromOutside(editor, figure) {
  const { Decoration, DecorationSet } = pm.view;
  const places = () => plugin.getState(editor.state);
  const placeOf = row => places().find(null, null, spec => spec.row == row)[0]?.from;
  const mark = told => editor.view.dispatch(editor.state.tr.setMeta(plugin, told).setMeta("addToHistory", false));

  function take(files, pos) {
    const $pos = editor.state.doc.resolve(pos), at = $pos.depth ? $pos.after(1) : pos;
    let before = Promise.resolve();
    for (const file of files) {
      const row = element("div", { contentEditable: "false" });
      mark({ add: Decoration.widget(at, row, { row, side: 1, stopEvent: () => true, ignoreSelection: true }) });
      const earlier = before;
      before = new Promise(done => send(file, row, {
        take: async picture => { await earlier; done(); put(picture, row); },
        refused: done,
        away: () => { mark({ remove: row }); editor.view.focus(); },
      }));
    }
  }

  function put(picture, row) {
    const place = placeOf(row);
    if (place === undefined || editor.isDestroyed) return;
    mark({ remove: row });
    const isHere = editor.view.hasFocus();
    const made = editor.chain().insertContentAt(place, { type: figure, attrs: { image: picture.code } }, { updateSelection: false });
    (isHere ? made.setTextSelection(place + 1).scrollIntoView() : made).run();
  }

  const plugin = new Plugin({
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        const { add, remove } = tr.getMeta(plugin) ?? {}, mapped = set.map(tr.mapping, tr.doc);
        if (add) return mapped.add(tr.doc, [add]);
        return remove ? mapped.remove(mapped.find(null, null, spec => spec.row == remove)) : mapped;
      },
    },
    props: {
      decorations: state => plugin.getState(state),
      handlePaste(view, event) {
        const files = pastedFiles(event.clipboardData);
        if (files.length) take(files, view.state.selection.to);
        return files.length > 0;
      },
      handleDrop(view, event) {
        const files = [...event.dataTransfer?.files ?? []];
        if (!files.length) return false;
        event.preventDefault();
        take(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.doc.content.size);
        return true;
      },
    },
  });
  return plugin;
}

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
  addKeyboardShortcuts() {
    return {
      // Enter after the words goes to who said them; once somebody stands there, the quote gets another paragraph.
      Enter: ({ editor }) => {
        const { $from, empty } = editor.state.selection, source = $from.node(-1)?.maybeChild($from.indexAfter(-1));
        if (!empty || source?.type.name != QuoteSource.name) return false;
        if ($from.parentOffset < $from.parent.content.size) return false;
        return source.content.size ? below(editor, $from.after()) : editor.commands.setTextSelection($from.after() + 1);
      },
    };
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
      // Enter after the title goes to the line that waits below it; in an empty last line it leaves the box, as it
      // leaves a list.
      Enter: ({ editor }) => {
        const { $from, empty } = editor.state.selection, box = $from.node(-1);
        if (!empty || box?.type.name != this.name) return false;
        const next = box.maybeChild($from.indexAfter(-1)), isEnd = $from.parentOffset == $from.parent.content.size;
        if ($from.parent.type.name == "heading" && isEnd && next?.isTextblock && !next.content.size) return editor.commands.setTextSelection($from.after() + 1);
        if ($from.parent.content.size) return false;
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

function below(editor, after = editor.state.selection.to) {
  return editor.chain().insertContentAt(after, { type: "paragraph" }).setTextSelection(after + 1).run();
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

// A line between parts of a story parts no box and no list: it comes below.
export const HorizontalRule = base.HorizontalRule.extend({
  addCommands() {
    const usual = this.parent();
    return {
      ...usual,
      setHorizontalRule: () => props => {
        const { $to } = props.state.selection;
        if ($to.depth < 2) return usual.setHorizontalRule()(props);
        const after = $to.after(1), goesOn = props.state.doc.nodeAt(after)?.type.name == "paragraph";
        const content = [{ type: this.name }, ...goesOn ? [] : [{ type: "paragraph" }]];
        return props.chain().insertContentAt(after, content).setTextSelection(after + 2).scrollIntoView().run();
      },
    };
  },
  addInputRules() {
    return this.parent().map(rule => {
      const { handler } = rule;
      return Object.assign(rule, { handler: props => props.state.selection.$from.depth < 2 ? handler(props) : null });
    });
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
          const { node, $to } = editor.state.selection;
          if (node) below(editor);
          else if ($to.depth > 1) below(editor, $to.after(1));  // a box, a list or another table stays whole
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
