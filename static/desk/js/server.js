// What the scripts of the story form share: what the page told them, its sentences, and a way to ask the desk.
export const desk = JSON.parse(document.getElementById("of-the-form").textContent);
export const form = document.getElementById("article_form");
const token = form.querySelector("[name=csrfmiddlewaretoken]");
const KEEPALIVE_MOST = 60_000;  // bytes; browsers send no more than that after a page has closed

export const say = (sentence, told = {}) => desk.sentences[sentence].replace(/%\((\w+)\)s/g, (_, word) => told[word] ?? "");

const clock = new Intl.DateTimeFormat("en-GB", { timeZone: desk.zone, timeStyle: "medium" });
const day = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: desk.zone, day: "numeric", month: "long" });
export const timeOf = moment => clock.format(moment);
export const minuteOf = moment => {
  const time = clock.format(moment).slice(0, 5);
  return day.format(moment) == day.format(new Date()) ? time : `${day.format(moment)}, ${time}`;
};

// The editor of the body, once it stands and has its toolbar. It is there a moment before that.
export function withEditor(then) {
  const wait = editor => editor.isInitialized ? then(editor) : editor.on("create", () => then(editor));
  const standing = form.querySelector(".ProseMirror")?.editor;
  if (standing) return wait(standing);
  document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => { if (textarea.form == form) wait(editor); });
}

function packed(fields) {
  const packet = new FormData();
  for (const [name, value] of Object.entries({ ...fields, user: desk.user })) packet.append(name, value);
  packet.append("csrfmiddlewaretoken", token.value);
  return packet;
}

// The answer as { status, told }. It throws when nobody answered in time.
export async function send(address, fields, patience = 15_000) {
  const keepalive = new Blob(Object.values(fields).map(String)).size < KEEPALIVE_MOST;
  const post = () => fetch(address, { method: "POST", body: packed(fields), keepalive, signal: AbortSignal.timeout(patience), headers: { accept: "application/json" } });
  const isOurs = answer => answer.headers.get("content-type")?.startsWith("application/json");
  let answer = await post();
  if (answer.status == 403 && !isOurs(answer)) {  // somebody signed in, in a window beside this: the token is a new one
    if (!await readPage()) return { status: 401, told: {} };
    answer = await post();
  }
  return { status: answer.status, told: isOurs(answer) ? await answer.json() : {} };
}

export const sendLast = (address, fields) => navigator.sendBeacon(address, packed(fields));

// The page as the server has it now; nothing if it asks for a login first. Its token is taken over.
export async function readPage() {
  const answer = await fetch(desk.pages.change ?? location.pathname, { signal: AbortSignal.timeout(15_000) });
  const text = (await answer.text()).replace(/<style[\s\S]*?<\/style>/g, "");  // our policy takes that of this page only
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("#article_form [name=csrfmiddlewaretoken]");
  if (!fresh) return null;
  token.value = fresh.value;
  return page;
}
