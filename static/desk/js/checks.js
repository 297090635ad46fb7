// Before you publish: what the rules of the desk say of the words as they were saved last. Each line leads to its place.
import { form, readPage } from "desk/server";

const part = document.querySelector("[data-checks]"), list = part?.querySelector("[data-findings]");
const news = part?.querySelector("[data-checks-news]");
let editor = form.querySelector(".ProseMirror")?.editor ?? null, isAway = false;

document.addEventListener("prose-editor:ready", ({ detail }) => { if (detail.textarea.form == form) editor = detail.editor; });

// The list

const sentences = () => [...list.querySelectorAll("[data-said]")].map(said => said.textContent);
const lineThatSays = sentence => [...list.querySelectorAll("li")].find(line => line.querySelector("[data-said]")?.textContent == sentence);

function draw(html) {
  const drawn = document.createElement("div");
  drawn.innerHTML = html;
  part.hidden = false;
  if (drawn.innerHTML == list.innerHTML) return;
  const before = sentences(), focused = document.activeElement.closest("[data-findings] li")?.querySelector("[data-said]").textContent;
  list.replaceChildren(...drawn.childNodes);
  const after = sentences(), fresh = after.filter(sentence => !before.includes(sentence));
  if (focused) (lineThatSays(focused) ?? list).querySelector("a")?.focus();
  news.textContent = fresh.join(" ") || (after.length ? "" : list.textContent.trim());
}

// To the place

const foundIn = line => JSON.parse(line.dataset.found || "[]");

// Where the words, the link or the picture stands in the body: [from, to], in their order.
function placesInBody(found) {
  const places = [], word = new RegExp(found.map(one => one.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+")).join("|") || "$^", "gu");
  editor.state.doc.descendants((node, at) => {
    if (found.includes(node.attrs.image)) places.push([at, at + node.nodeSize]);
    if (node.isText && node.marks.some(({ attrs }) => found.includes(attrs.href))) places.push([at, at + node.nodeSize]);
    if (!node.isTextblock) return;
    const text = node.textBetween(0, node.content.size, "", "\n");
    for (const match of text.matchAll(word)) places.push([at + 1 + match.index, at + 1 + match.index + match[0].length]);
  });
  return places.sort(([one], [other]) => one - other);
}

function markInBody(found) {
  const places = placesInBody(found), { from } = editor.state.selection;
  const isThere = editor.view.hasFocus() || editor.state.selection.empty == false;
  const place = places.find(([start]) => isThere && start > from) ?? places[0];
  if (!place) return editor.commands.focus();
  const { doc } = editor.state, picture = doc.nodeAt(place[0])?.attrs.image;
  const chain = editor.chain().focus();
  (picture ? chain.setNodeSelection(place[0]) : chain.setTextSelection({ from: place[0], to: place[1] })).scrollIntoView().run();
}

// The form itself has put the cursor into the field; in the words that were found there it stands on them.
function goTo(line) {
  const found = foundIn(line), input = document.activeElement;
  if (line.dataset.field == "body" && editor) return markInBody(found);
  const place = found.map(words => [input.value?.indexOf(words), words.length]).find(([at]) => at >= 0);
  if (place && input.setSelectionRange) input.setSelectionRange(place[0], place[0] + place[1]);
}

if (part) {
  form.addEventListener("story:saved", ({ detail }) => { if (detail.checks != null) draw(detail.checks); });
  addEventListener("click", event => {
    const link = event.target.closest?.(".checks li a");
    if (!link) return;
    if (link.target) { isAway = true; return; }
    const line = link.closest("li"), dialog = link.closest("dialog");
    event.preventDefault();
    if (!dialog) return goTo(line);
    const here = lineThatSays(line.querySelector("[data-said]").textContent);
    dialog.addEventListener("close", () => here?.querySelector("a").click(), { once: true });  // last: the dialog gives the cursor back first
    dialog.close();
  });
  // What belongs to a picture is saved with the picture: beside it, or on a page of its own.
  const lookAgain = async () => {
    const page = await readPage().catch(() => null), fresh = page?.querySelector("[data-findings]");
    if (fresh?.children.length) draw(fresh.innerHTML);
  };
  form.addEventListener("story:picture", () => { if (list.querySelector("[data-field=lead_image]")) lookAgain(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !isAway) return;
    isAway = false;
    lookAgain();
  });
}
