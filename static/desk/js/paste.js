// Text from Word, Google Docs, LibreOffice, mail and web pages, as the story would have been written here. What no
// body may hold the editor drops by itself; this finds what those programs mean by their own ways of saying it.
import { Extension } from "django-prose-editor/editor";

const TAG = /<[a-z][^\s/>]*/gi;
const ATTRIBUTE = /[\s/]*([^\s/>][^\s/>=]*)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*|))?/y;

// Our content security policy takes inline styles away before anybody reads them, so they get another name first.
// It also complains of handlers such as onclick while a browser merely parses them, so they go before that.
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
  [/(?<![\w-])font-weight:\s*(bold|[6-9]00)/i, "strong", "b, strong, h1, h2, h3, h4, h5, h6, th"],
  [/(?<![\w-])font-style:\s*italic/i, "em", "i, em"],
  [/text-decoration[\w-]*:[^;]*line-through/i, "s", "s, del, strike"],
  [/vertical-align:\s*super/i, "sup", "sup"],
  [/vertical-align:\s*sub/i, "sub", "sub"],
];
const BLOCKS = "address, article, aside, blockquote, dd, div, dl, dt, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, table, ul";
const HEADINGS = { H1: "h2", H4: "h3", H5: "h3", H6: "h3" };
const NOTHING = "base, button, canvas, form, head, iframe, img, input, link, meta, nav, noscript, object, picture, select, svg, template, textarea, title, video, xml";
const HIDDEN = /display:\s*none|mso-hide:\s*all|visibility:\s*hidden/i;
const OURS = "[data-image], [data-embed], [data-story]";
const FOLLOWERS = /^(utm_|mc_[ce]id$|fbclid$|gclid$|dclid$|msclkid$|igshid?$|ref_src$|cmpid$|mkt_tok$|_hs(enc|mi)$)/i;
const WRAPPED = [[/(^|\.)google\.[a-z.]+$/, "/url", "q"], [/\.safelinks\.protection\.outlook\.com$/, "/", "url"], [/^l\.(facebook|instagram)\.com$/, "/", "u"]];

const every = (page, selector) => [...page.querySelectorAll(selector)];
const unwrap = element => element.replaceWith(...element.childNodes);
function rename(element, tag) {
  const made = element.ownerDocument.createElement(tag);
  made.append(...element.childNodes);
  element.replaceWith(made);
}

function tidy(html) {
  if (/<[^>]+ data-pm-slice=/.test(html)) return defuse(html);  // from this editor, or one like it
  const plain = html.replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "");
  const page = new DOMParser().parseFromString(defuse(plain), "text/html");
  dropWhatIsNoText(page);
  for (const line of every(page, "p[data-style*='mso-list:']")) asItem(line);
  for (const styled of every(page, "[data-style]")) sayWithElements(styled);
  for (const link of every(page, "a")) straighten(link);
  for (const heading of every(page, "h1, h2, h3, h4, h5, h6")) {
    every(heading, "b, strong").forEach(unwrap);
    if (HEADINGS[heading.tagName]) rename(heading, HEADINGS[heading.tagName]);
  }
  for (const list of every(page, ":is(ul, ol) > :is(ul, ol)")) list.previousElementSibling?.append(list);
  for (const table of every(page, "table").reverse()) {  // one that only holds a page together
    const cells = every(table, "td, th");
    if (cells.length == 1) table.replaceWith(...cells[0].childNodes);
  }
  spaces(page);
  for (const parent of [page.body, ...every(page, "article, blockquote, dd, div, li, main, p, section, td, th")]) breakLines(parent);
  for (const parent of [page.body, ...every(page, "article, blockquote, div, li, main, section, td, th")]) paragraph(parent);
  for (const block of every(page, BLOCKS).reverse()) {
    if (!block.textContent.trim() && !block.matches(`hr, ${OURS}`) && !block.querySelector(`hr, table, ${OURS}`)) block.remove();
  }
  return page.body.innerHTML;
}

function dropWhatIsNoText(page) {
  const walker = page.createNodeIterator(page, NodeFilter.SHOW_COMMENT);
  for (let comment; (comment = walker.nextNode()); ) comment.remove();
  every(page, "figure:not([data-image])").filter(figure => figure.querySelector("img, picture, svg, video, iframe")).forEach(figure => figure.remove());
  every(page, "aside").filter(aside => aside.querySelector("form, input")).forEach(aside => aside.remove());
  for (const element of every(page.body, "*")) {
    const style = element.dataset.style ?? "";
    if (element.matches(`${NOTHING}, [aria-hidden=true], .Apple-interchange-newline`) || HIDDEN.test(style)) element.remove();
    else if (/mso-element:\s*footnote-list/i.test(style)) every(element, ":scope > hr, :scope > br").forEach(line => line.remove());
    else if (element.tagName.includes(":")) unwrap(element);  // o:p, st1:place and the like
  }
}

// Word writes a list as paragraphs: each names its list and level, and carries its dot or number as words.
function asItem(line) {
  const [, level, list] = line.dataset.style.match(/mso-list:\s*\w+\s+level(\d+)\s+(lfo\d+)/i) ?? [];
  if (!level) return;
  const mark = every(line, "[data-style]").find(span => /mso-list:\s*Ignore/i.test(span.dataset.style));
  const number = mark?.textContent.match(/^\W?([\da-z]{1,5})[.)]/i)?.[1], tag = number ? "OL" : "UL";
  mark?.remove();
  const page = line.ownerDocument, item = page.createElement("li");
  let parent = null, open = line.previousElementSibling;
  for (let depth = 1; depth < level && open?.dataset.list; depth++) {
    parent = open.lastElementChild;
    open = parent.lastElementChild;
  }
  if (open?.tagName != tag || !parent && open.dataset.list != list) {
    open = page.createElement(tag);
    open.dataset.list = list;
    if (number > 1) open.setAttribute("start", number);
    parent ? parent.append(open) : line.before(open);
  }
  item.append(line);
  open.append(item);
}

function sayWithElements(styled) {
  const style = styled.dataset.style, page = styled.ownerDocument;
  styled.removeAttribute("data-style");
  if (styled.matches("b, strong") && /(?<![\w-])font-weight:\s*(normal|400)/i.test(style)) return unwrap(styled);
  for (const [pattern, tag, already] of MEANT) {
    if (!pattern.test(style) || styled.closest(already)) continue;
    const meant = page.createElement(tag);
    meant.append(...styled.childNodes);
    styled.append(meant);
  }
}

// A link leads where it says: not to a mark in the pasted page, nor by way of somebody who counts the readers.
function straighten(link) {
  const address = link.getAttribute("href") ?? "";
  if (!address || /^(#|file:|about:)/i.test(address)) return unwrap(link);
  let url;
  try { url = new URL(address); } catch { return; }
  for (const [host, path, name] of WRAPPED) {
    const inside = host.test(url.hostname) && url.pathname.startsWith(path) && url.searchParams.get(name);
    if (inside && URL.canParse(inside)) url = new URL(inside);
  }
  const followers = [...url.searchParams.keys()].filter(key => FOLLOWERS.test(key));
  for (const key of followers) url.searchParams.delete(key);
  if (followers.length || url.href != new URL(address).href) link.setAttribute("href", url.href);
  for (const name of ["rel", "target", "title"]) link.removeAttribute(name);
}

// A space that holds words together is kept where print needs one: in a figure, or beside « ; : ! ?
function spaces(page) {
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode()); ) {
    text.data = text.data.replace(/[\u00ad\u200b\ufeff]/g, "").replace(/\s*\u00a0\s*/g, (run, at, all) => {
      const before = all[at - 1] ?? "", after = all[at + run.length] ?? "";
      return run == "\u00a0" && (/\d/.test(before) && /\S/.test(after) || before == "«" || /[»:;!?%]/.test(after)) ? run : " ";
    });
  }
}

// Two line breaks are the end of a paragraph, and one at the end of a block is nothing.
function breakLines(parent) {
  if ([...parent.children].some(child => child.matches(BLOCKS))) return;
  const lines = [[]];
  let breaks = [];
  for (const node of [...parent.childNodes]) {
    if (node.nodeName == "BR") breaks.push(node);
    else if (breaks.length && node.nodeType == Node.TEXT_NODE && !node.data.trim()) continue;
    else {
      if (breaks.length > 1 && lines.at(-1).length) lines.push([]);
      else if (lines.at(-1).length) lines.at(-1).push(...breaks);
      lines.at(-1).push(node);
      breaks = [];
    }
  }
  for (const last of breaks) last.remove();
  if (lines.length < 2) return;
  const made = lines.map(nodes => { const line = parent.ownerDocument.createElement("p"); line.append(...nodes); return line; });
  parent.tagName == "P" ? parent.replaceWith(...made) : parent.replaceChildren(...made);
}

// Words that lie loose beside blocks become a paragraph; else the editor drops the spaces between their links.
function paragraph(parent) {
  if (![...parent.children].some(child => child.matches(BLOCKS))) return;
  let line = null;
  for (const node of [...parent.childNodes]) {
    if (node instanceof Element && (node.matches(BLOCKS) || node.querySelector(BLOCKS))) { line = null; continue; }
    if (!line) {
      if (!node.textContent.trim()) { if (node.nodeName == "BR") node.remove(); continue; }
      line = parent.ownerDocument.createElement("p");
      node.before(line);
    }
    line.append(node);
  }
}

export const NewsroomPaste = Extension.create({
  name: "newsroomPaste",
  transformPastedHTML(html) { return tidy(html); },
});
