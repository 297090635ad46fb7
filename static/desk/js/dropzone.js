// Pictures come into the library from a drop anywhere on the page, a choice or a paste: a row for each file, with what
// was read from it and fields for what is missing. Without it, the page to add a picture takes them.
import { pastedFiles, takeDrops } from "desk/arrivals";
import { element } from "desk/element";
import { mend } from "desk/library";
import { refresh } from "desk/tiles";
import { onTheWay, upload } from "desk/uploads";

const say = window.gettext || (words => words);
const zone = document.querySelector("[data-dropzone]"), list = document.querySelector("[data-uploads]");
const told = zone?.querySelector("[data-uploads-told]"), input = zone?.querySelector("input[type=file]");
const flag = (words, kind = " stop") => element("span", { className: `flag${kind}`, textContent: words });
let sent = 0, over = 0, refused = 0, number = 0;

function sayHowFar() {
  told.textContent = say("%(over)s of %(sent)s uploaded").replace("%(over)s", over - refused).replace("%(sent)s", sent) + (refused ? ", " + say("%s refused").replace("%s", refused) : "");
}

// A canvas, since a strict policy refuses blob: addresses. Not before its turn: many at once would fill the memory.
async function draw(file, canvas) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: 150, resizeHeight: 100, resizeQuality: "low" });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
  } catch { /* no picture, or of a kind that this browser does not know: the desk will say */ }
}

function ask(words, hint, most) {
  const made = element("input", { id: `asked-${++number}`, type: "text", maxLength: most, dir: "auto", autocomplete: "off", placeholder: hint });
  made.ariaLabel = words;
  return made;
}

// Its row stands above the row `below`.
function take(file, below) {
  const name = file.name || say("Pasted picture"), credit = ask(say("Credit for %s").replace("%s", name), say("Credit: who took it?"), 200);
  const alt = ask(say("Alt text for %s").replace("%s", name), say("Alt text: what does it show?"), 500);
  const decoration = element("input", { type: "checkbox" }), decorative = element("label", { className: "tick" }, decoration, say("Only decoration"));
  const canvas = element("canvas", { width: 150, height: 100 }), said = element("span", { className: "quiet", textContent: say("Waits for its turn …") });
  const bar = element("progress", { max: 1, value: 0 }), fields = element("div", { className: "asked-for" }, credit), wrong = element("span", { className: "errors-said" });
  const title = element("bdi", { textContent: name });
  const row = element("li", {}, canvas, element("div", {}, element("b", {}, title), said, wrong, bar), fields);
  let picture = null, isDrawn = false;
  bar.ariaLabel = name;
  wrong.role = "alert";
  canvas.role = "presentation";
  credit.dataset.credit = "";
  decorative.hidden = alt.hidden = true;
  fields.append(alt, decorative);
  list.insertBefore(row, below);
  sent++;

  function end(sentence, ...more) {
    over++;
    refused++;
    row.classList.add("refused");
    bar.remove();
    const away = element("button", { type: "button", className: "button", textContent: say("Close") });
    away.addEventListener("click", () => row.remove());
    said.replaceChildren(flag(say("Not taken")), " ", sentence, ...more);
    fields.replaceChildren(away);
    return away;
  }

  function dress() {
    const missing = new Set(picture.missing);
    said.replaceChildren(say("Uploaded"), ...[picture.credit, picture.place].filter(Boolean).flatMap((words, place) => [place ? ", " : ` · ${say("from the file:")} `, element("bdi", { textContent: words })]));
    if (missing.has("credit")) said.append(" ", flag(say("No credit in the file")));
    if (missing.has("alt")) said.append(" ", flag(say("No alt text"), ""));
    credit.hidden = !missing.has("credit");
    row.classList.toggle("done", !missing.size);
    alt.hidden = decorative.hidden = !missing.has("alt");
  }

  async function keep(words) {
    wrong.textContent = await mend(picture, words);
    if (wrong.textContent) return;
    if (words.credit) credit.dataset.kept = credit.value;
    if (words.alt_text || words.is_decorative) alt.dataset.kept = alt.value;
    const next = [credit, alt].find(one => !one.hidden && one != document.activeElement && !one.value);
    if (fields.contains(document.activeElement)) next?.focus();
    dress();
    said.append(" · ", say("saved"));
    if (!picture.missing.length) fields.replaceChildren(element("a", { className: "button", href: picture.address, textContent: say("Open") }));
    if (!onTheWay()) refresh();
  }

  credit.addEventListener("change", () => { if (picture && credit.value.trim()) keep({ credit: credit.value }); });
  alt.addEventListener("change", () => { if (picture && alt.value.trim()) keep({ alt_text: alt.value }); });
  decoration.addEventListener("change", () => { if (picture && decoration.checked) keep({ alt_text: "", is_decorative: "on" }); });
  fields.addEventListener("keydown", event => { if (event.key == "Enter" && event.target.matches("[type=text]")) { event.preventDefault(); event.target.blur(); } });

  function send() {
    upload(file, {
      onProgress(part) {
        if (!isDrawn) draw(file, canvas);
        isDrawn = true;
        bar.value = part;
        said.textContent = part < 1 ? `${Math.round(100 * part)}%` : say("Being looked at …");
      },
    }).then(async ({ picture: taken, twin, sentence, mayBeTriedAgain }) => {
      if (taken) {
        picture = taken;
        over++;
        bar.remove();
        canvas.replaceWith(element("img", { src: picture.url, alt: "" }));
        title.replaceWith(element("a", { href: picture.address, dir: "auto", textContent: name }));
        const typed = credit.value.trim();
        dress();
        if (typed) await keep({ credit: typed });
      } else if (twin) {
        const away = end(`${sentence} `, element("a", { href: twin.address, dir: "auto", textContent: twin.caption }));
        canvas.replaceWith(element("img", { src: twin.url, alt: "" }));
        away.before(element("a", { className: "button", href: twin.address, textContent: say("Open it") }), " ");
      } else {
        const away = end(sentence);
        if (mayBeTriedAgain) {
          const again = element("button", { type: "button", className: "button", textContent: say("Try again") });
          again.addEventListener("click", () => { sent--; over--; refused--; take(file, row); row.remove(); });
          away.before(again, " ");
        }
      }
      sayHowFar();
      if (!onTheWay()) refresh();
    });
  }
  send();
}

// What many of one photographer need once, and a way to be rid of lines that ask nothing any more.
const together = ask(say("Credit for all of these"), say("Credit for all of these"), 200);
const putAway = element("button", { type: "button", className: "button", textContent: say("Put away what is finished") });
const forAll = element("p", { className: "for-all", hidden: true }, together, putAway);
together.addEventListener("change", () => {
  for (const credit of list.querySelectorAll("[data-credit]")) {
    if (credit.hidden || credit.value.trim()) continue;
    credit.value = together.value;
    credit.dispatchEvent(new Event("change"));
  }
});
together.addEventListener("keydown", event => { if (event.key == "Enter") { event.preventDefault(); together.blur(); } });
putAway.addEventListener("click", () => {
  for (const row of list.querySelectorAll(".done, .refused")) row.remove();
  if (!list.childElementCount) forAll.hidden = true;
});

function takeAll(files) {
  const earlier = list.firstChild;
  for (const file of files) take(file, earlier);
  if (sent) sayHowFar();
  if (list.childElementCount > 1) forAll.hidden = false;
  if (files.length) list.scrollIntoView({ block: "nearest" });
}

if (zone) {
  list.before(forAll);
  takeDrops(document, takeAll, zone);
  document.addEventListener("paste", event => {
    const files = pastedFiles(event.clipboardData);
    if (!files.length) return;
    event.preventDefault();
    takeAll(files);
  });
  input.addEventListener("change", () => { takeAll(input.files); input.value = ""; });
  for (const way of document.querySelectorAll("[data-choose-files]")) {
    way.addEventListener("click", event => { if (!event.ctrlKey && !event.metaKey) { event.preventDefault(); input.click(); } });
  }
  addEventListener("beforeunload", event => {
    const isTyped = [...list.querySelectorAll("[type=text]")].some(one => !one.hidden && one.value.trim() && one.value != one.dataset.kept);
    if (isTyped) event.preventDefault();
  });
}
