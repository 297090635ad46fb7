// Send pictures to the library, two at a time; the others wait for their turn. Each comes back as
// { picture }, as { sentence, twin } if the library has the file, or as { sentence } that says why not.
const say = window.gettext || (words => words);
const AT_ONCE = 2, LARGEST = 40 * 1024 * 1024;  // bytes; the desk itself decides, this only spares the wait
const UNREACHED = say("Could not reach the desk. Try again.");
const waiting = [];
let sending = 0;

const place = () => document.querySelector("[data-uploads-to]")?.dataset.uploadsTo
  ?? document.querySelector("[data-chooser]").dataset.chooser.replace(/choose\/$/, "upload/");

// How many files are on their way or wait for it.
export const onTheWay = () => sending + waiting.length;

addEventListener("beforeunload", event => { if (onTheWay()) event.preventDefault(); });

// `onProgress` is told the part that has been sent, from 0 to 1.
export function upload(file, { onProgress = () => {} } = {}) {
  if (file.size > LARGEST) return Promise.resolve({ sentence: say("The picture is over 40 MB. Export it at 6000 pixels or less.") });
  return new Promise(resolve => {
    waiting.push({ file, onProgress, resolve });
    next();
  });
}

function next() {
  while (sending < AT_ONCE && waiting.length) {
    const { file, onProgress, resolve } = waiting.shift();
    sending++;
    send(file, onProgress).catch(() => ({ sentence: UNREACHED, mayBeTriedAgain: true })).then(told => {
      sending--;  // whoever waits for the last one finds that nothing is on its way
      resolve(told);
      next();
    });
  }
}

async function send(file, onProgress) {
  let { status, told } = await post(file, onProgress);
  if (status == 403 && !told.sentence && await takeToken()) ({ status, told } = await post(file, onProgress));
  if (status == 201) return { picture: told.picture };
  if (status == 409) return { sentence: told.sentence, twin: told.picture };
  return { sentence: told.sentence ?? UNREACHED, mayBeTriedAgain: status != 422 };
}

function post(file, onProgress) {
  return new Promise(resolve => {
    const request = new XMLHttpRequest(), packet = new FormData();
    packet.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    packet.append("file", file, file.name || "picture.png");
    request.open("POST", place());
    request.setRequestHeader("accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    request.addEventListener("loadend", () => {
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* nobody answered, or not the desk */ }
      resolve({ status: request.status, told });
    });
    request.send(packet);
  });
}

// Somebody signed in, in a window beside this one: the token of forms is a new one.
async function takeToken() {
  const answer = await fetch(location.pathname).catch(() => null);
  const page = new DOMParser().parseFromString((await answer?.text() ?? "").replace(/<style[\s\S]*?<\/style>/g, ""), "text/html");
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]"), ours = document.querySelectorAll("[name=csrfmiddlewaretoken]");
  if (!fresh || page.querySelector("#login-form")) return false;
  for (const input of ours) input.value = fresh.value;
  return true;
}
