// The lead picture: chosen from the library, and its own words mended where they are missed.
import { send as bring, takeDrops } from "desk/arrivals";
import { choosePicture } from "desk/chooser";
import { grow } from "desk/grow";
import { form, say, send } from "desk/server";
import { tell } from "desk/toast";

const PAUSE = 1000;  // milliseconds

for (const root of document.querySelectorAll("[data-lead-picture]")) {
  const source = root.querySelector("input[name]"), block = root.querySelector("[data-picture-block]");
  const choose = root.querySelector("[data-choose]"), remove = root.querySelector("[data-remove]");
  const label = document.querySelector(`label[for=${source.id}]`);
  let shown = source.value, due, asked = 0, isAskedAbout = false;  // a colleague's words stand where these would go

  // What stands for it

  function dress() {
    choose.textContent = say(source.value ? "change_picture" : "choose_picture");
    remove.hidden = !source.value;
    const words = block.querySelector("[data-may-change]");
    for (const one of words?.querySelectorAll("[data-word]") ?? []) one.readOnly = one.disabled = false;
    block.querySelectorAll("textarea").forEach(grow);
  }

  async function show() {
    const turn = ++asked, code = shown = source.value;
    const answer = code && await fetch(root.dataset.inForm.replace("CODE", encodeURIComponent(code))).catch(() => null);
    if (turn != asked) return;
    const found = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").body : null;
    block.replaceChildren(...found?.childNodes ?? []);
    dress();
    form.dispatchEvent(new Event("story:picture"));
  }

  function put(code) {
    source.value = code;
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }

  choose.addEventListener("click", async () => {
    const picture = await choosePicture({ now: source.value });
    choose.focus();
    if (picture) put(picture.code);
  });
  remove.addEventListener("click", () => { put(""); choose.focus(); });
  source.addEventListener("input", () => { if (source.value != shown) show(); });

  // A file that is dropped here leads the story once the library has it.

  takeDrops(root, ([file, ...others]) => {
    const row = root.querySelector("[data-arriving]"), before = source.value;
    row.hidden = false;
    bring(file, row, {
      take(picture) {
        row.hidden = true;
        put(picture.code);
        tell(say(others.length ? "one_picture_leads" : "picture_leads"), () => { put(before); tell(say("brought_back")); });
      },
      away() { row.hidden = true; choose.focus(); },
    });
  });

  // Its words belong to the picture, not to the story: they are saved for themselves.

  const valueOf = one => one.type != "checkbox" ? one.value : one.checked ? "on" : "";
  const stoodThere = one => one.type != "checkbox" ? one.defaultValue : one.defaultChecked ? "on" : "";

  async function save() {
    clearTimeout(due);
    due = null;
    const words = block.querySelector("[data-may-change]"), said = words?.querySelector("[data-picture-said]");
    if (!words) return;
    const inputs = [...words.querySelectorAll("[data-word]")], changed = inputs.filter(one => valueOf(one) != stoodThere(one));
    form.toggleAttribute("data-mending", changed.length > 0);
    if (!changed.length) return;
    const sent = Object.fromEntries(changed.flatMap(one => [[one.dataset.word, valueOf(one)], [`was_${one.dataset.word}`, stoodThere(one)]]));
    const answer = await send(words.dataset.address, sent).catch(() => null);
    if (!due) form.toggleAttribute("data-mending", false);
    said.textContent = answer?.status == 200 ? say("picture_saved") : answer?.told.sentence ?? say("picture_not_saved");
    said.classList.toggle("left-out", answer?.status != 200);
    const now = answer?.told.now;
    isAskedAbout = answer?.status == 409;
    if (!now) return;
    for (const one of inputs) {
      if (one.type == "checkbox") one.defaultChecked = now[one.dataset.word];
      else one.defaultValue = now[one.dataset.word];
    }
    words.querySelector("[data-missing=credit]").hidden = Boolean(now.credit);
    words.querySelector("[data-missing=alt_text]").hidden = Boolean(now.alt_text || now.is_decorative);
    form.dispatchEvent(new Event("story:picture"));
  }

  const isWord = event => event.target.matches("[data-word]");
  block.addEventListener("input", event => {
    if (!isWord(event)) return;
    event.stopPropagation();
    if (event.target.matches("textarea")) grow(event.target);
    form.toggleAttribute("data-mending", true);
    clearTimeout(due);
    due = setTimeout(save, PAUSE);
  });
  block.addEventListener("change", event => { if (isWord(event) && due) save(); });
  addEventListener("submit", event => { if (event.target == form && (due || isAskedAbout)) save(); }, true);
  block.addEventListener("keydown", event => { if (event.key == "Enter" && isWord(event) && !event.ctrlKey && !event.metaKey) event.preventDefault(); });

  root.querySelector("[data-code]").hidden = true;
  choose.hidden = false;
  root.role = "group";
  root.ariaLabel = label.textContent.trim();
  label.removeAttribute("for");
  dress();
  addEventListener("pageshow", () => { if (source.value != shown) show(); });
}
