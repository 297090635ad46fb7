// What scripts of the desk ask of the library of pictures.
const say = window.gettext || (words => words);
const PATIENCE = 15_000;  // milliseconds
const place = () => document.querySelector("[data-chooser]").dataset.chooser;

// A page of pictures as { pictures, older, may_add }; `asked` may have q, only, codes and before.
export async function findPictures(asked) {
  const answer = await fetch(`${place()}?${new URLSearchParams(asked)}`, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
  if (answer?.redirected) throw new Error(say("Signed out. Sign in again in another window, then try again."));
  if (answer?.status == 403) throw new Error(say("You may not see the library."));
  if (!answer?.ok) throw new Error(say("Could not reach the library."));
  return answer.json();
}

// One picture by its code, or null. Those that a page asks for at once are asked for together.
const asked = new Set();
let soon = null;
export async function pictureOf(code) {
  asked.add(code);
  soon ??= Promise.resolve().then(() => {
    const codes = [...asked].join(" ");
    asked.clear();
    soon = null;
    return findPictures({ codes });
  });
  return (await soon).pictures.find(picture => picture.code == code) ?? null;
}

const KNOWN_AS = { caption: "own_caption", alt_text: "alt" };
const inForm = value => value === true ? "on" : value || "";

// Save words of a picture, for every story that shows it. What stood there before is told too, so that a colleague's are
// replaced by nobody who has not seen them. Resolves to the sentence that refuses them, or to nothing.
export async function mend(picture, words) {
  const packet = new FormData();
  for (const [name, value] of Object.entries(words)) {
    packet.append(name, value);
    packet.append(`was_${name}`, inForm(picture[KNOWN_AS[name] ?? name]));
  }
  packet.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(picture.words, { method: "POST", body: packet, signal: AbortSignal.timeout(PATIENCE), headers: { accept: "application/json" } }).catch(() => null);
  const isOurs = answer?.headers.get("content-type")?.startsWith("application/json");
  const told = isOurs ? await answer.json() : {}, now = told.now ?? {};
  if (now.credit !== undefined) {
    Object.assign(picture, { own_caption: now.caption, credit: now.credit, alt: now.alt_text, is_decorative: now.is_decorative });
    picture.missing = [...now.credit ? [] : ["credit"], ...now.alt_text || now.is_decorative ? [] : ["alt"]];
  }
  return answer?.ok ? "" : told.sentence ?? say("Not saved: the desk could not be reached. Try once more.");
}

const FLAGS = { credit: [" stop", say("No credit")], alt: ["", say("No alt text")] };

// What is to be said of a picture beside its words: what it lacks, its rights, and that no camera made it.
export function flagsOf(picture) {
  const flags = picture.missing.map(name => FLAGS[name]);
  if (picture.stops) flags.unshift([" stop", picture.stops]);
  else if (picture.warns) flags.push(["", picture.warns]);
  if (picture.is_made_with_ai) flags.push([" quiet", say("Made with AI")]);
  return flags.map(([kind, words]) => Object.assign(document.createElement("span"), { className: `flag${kind}`, textContent: words }));
}
