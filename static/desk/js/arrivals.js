// Pictures that come from the editor's own machine: dropped, pasted or chosen, and where they stand meanwhile.
import { element } from "desk/element";
import { mend } from "desk/library";
import { upload } from "desk/uploads";

const say = window.gettext || (words => words);

const hasFiles = transfer => [...transfer?.types ?? []].includes("Files");

// The files of a paste that are meant as such. Words and tables bring a picture of themselves along.
export function pastedFiles(transfer) {
  const files = [...transfer?.files ?? []];
  if (!files.length) return [];
  const page = new DOMParser().parseFromString(transfer.getData("text/html").replace(/\s(style|on\w+)\s*=/gi, " data-$1="), "text/html");
  return page.body.textContent.trim() || transfer.getData("text/plain").trim() ? [] : files;
}

// A file that is dropped beside its place does not take the page away.
for (const name of ["dragover", "drop"]) {
  addEventListener(name, event => {
    if (event.defaultPrevented || !hasFiles(event.dataTransfer) || event.target.closest?.("input[type=file]")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}

// Files can be dropped on an element, and `marked` shows so.
export function takeDrops(onto, take, marked = onto) {
  let depth = 0;
  const over = by => marked.classList.toggle("takes-a-drop", (depth = Math.max(0, depth + by)) > 0);
  onto.addEventListener("dragenter", ({ dataTransfer }) => { if (hasFiles(dataTransfer)) over(1); });
  onto.addEventListener("dragleave", ({ dataTransfer }) => { if (hasFiles(dataTransfer)) over(-1); });
  onto.addEventListener("dragover", event => { if (hasFiles(event.dataTransfer)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } });
  onto.addEventListener("drop", event => {
    over(-depth);
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}

// How far one file is: its name, a bar, and at the end why it was refused. `take` gets the picture, and whether it is one
// that the library had already; `refused` is told if none came; `away` is what puts the line away.
export function send(file, row, { take, refused = () => {}, away = () => row.remove() }) {
  const name = element("bdi", { textContent: file.name || say("Pasted picture") });
  const bar = element("progress", { max: 1, value: 0 }), said = element("span", { className: "quiet", textContent: say("On its way …") });
  bar.ariaLabel = name.textContent;
  row.replaceChildren(name, bar, said);
  row.classList.add("arriving");
  const onProgress = part => {
    bar.value = part;
    if (part == 1) said.textContent = say("Being looked at …");
  };
  const refuse = (sentence, mayBeTriedAgain) => {
    const why = element("span", { className: "errors-said", role: "alert", textContent: sentence });
    const again = element("button", { type: "button", className: "button", textContent: say("Try again") });
    const close = element("button", { type: "button", className: "close", textContent: "✕", ariaLabel: say("Close") });
    again.addEventListener("click", () => send(file, row, { take, refused, away }));
    close.addEventListener("click", away);
    row.replaceChildren(name, why, ...mayBeTriedAgain ? [again] : [], close);
    refused();
  };
  upload(file, { onProgress }).then(({ picture, twin, sentence, mayBeTriedAgain }) => {
    if (!picture && !twin) return refuse(sentence, mayBeTriedAgain);
    const { stops } = twin ?? {};
    if (stops) return refuse(say("The library has this file already. %s.").replace("%s", stops));
    take(picture ?? twin, Boolean(twin));
  });
}

// The words that a picture lacks, each with a field; `save` writes them down and says what is still missing.
export function askForWords(picture) {
  const credit = element("input", { type: "text", maxLength: 200, dir: "auto", autocomplete: "off" });
  const alt = element("textarea", { rows: 1, maxLength: 500, dir: "auto", placeholder: say("What a reader who cannot see it should know") });
  const decoration = element("input", { type: "checkbox" }), wrong = element("p", { className: "errors-said" }), fields = [];
  wrong.role = "alert";
  if (picture.missing.includes("credit")) fields.push(element("label", {}, say("Credit: who took it?"), credit));
  if (picture.missing.includes("alt")) fields.push(element("label", {}, say("Alt text"), alt), element("label", { className: "tick" }, decoration, say("Only decoration")));
  decoration.addEventListener("change", () => { alt.disabled = decoration.checked; });
  alt.addEventListener("keydown", event => { if (event.key == "Enter") event.preventDefault(); });

  const typed = () => ({
    ...credit.value.trim() && { credit: credit.value },
    ...decoration.checked ? { is_decorative: "on" } : alt.value.trim() && { alt_text: alt.value },
  });

  async function save(mayLack) {
    const words = typed(), refused = Object.keys(words).length ? await mend(picture, words) : "";
    const lacks = mayLack ? [] : picture.missing;
    wrong.textContent = refused || { credit: say("It has no credit yet. Who took it?"), alt: say("Say what it shows, or that it is only decoration.") }[lacks[0]] || "";
    if (wrong.textContent) (lacks[0] == "credit" || !alt.isConnected ? credit : alt).focus();
    return !wrong.textContent;
  }
  return { fields: [...fields, wrong], save };
}
