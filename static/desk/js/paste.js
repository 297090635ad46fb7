import { Extension } from "django-prose-editor/editor";

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
