// Find another story: the list that the dialogs for links and read-also cards share.
import { element } from "desk/element";

const say = window.gettext || (words => words);

export async function findStories(words) {
  const answer = await fetch(`${document.querySelector("[data-stories]").dataset.stories}?q=${encodeURIComponent(words)}`, { headers: { accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error(say("Could not reach the desk."));
  return (await answer.json()).stories;
}

// A list of stories that follows what is typed in a field; `isAsked` may say that the words are none to look for.
export function listStories(field, take, isAsked = () => true) {
  const list = element("ul", { className: "story-list" }), status = element("p", { className: "quiet" });
  status.setAttribute("role", "status");
  let pause, asked = 0;

  async function show() {
    const turn = ++asked, words = field.value.trim();
    if (!isAsked(words)) { list.replaceChildren(); status.textContent = ""; return; }
    let stories;
    try { stories = await findStories(words); } catch (error) { status.textContent = error.message; return; }
    if (turn != asked) return;
    status.textContent = stories.length ? "" : say("No story matches. Try fewer words.");
    list.replaceChildren(...stories.map(story => {
      const button = element("button", { type: "button" },
        element("span", { lang: story.lang, dir: story.dir, textContent: story.headline }),
        element("small", { textContent: story.about }));
      button.addEventListener("click", () => take(story));
      return element("li", {}, button);
    }));
  }

  field.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(show, 200); });
  field.addEventListener("keydown", event => {
    if (event.key != "ArrowDown") return;
    event.preventDefault();
    list.querySelector("button")?.focus();
  });
  list.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [...list.querySelectorAll("button")];
    if (!step) return;
    event.preventDefault();
    (all[all.indexOf(document.activeElement) + step] ?? (step < 0 ? field : all.at(-1))).focus();
  });
  show();
  return [status, list];
}

// A dialog that resolves to what `close` is given, or to null.
export function ask(title, build) {
  return new Promise(resolve => {
    let answer = null;
    const dialog = element("dialog", { className: "chooser narrow" }, element("h2", { textContent: title }));
    const close = given => { answer = given; dialog.close(); };
    dialog.setAttribute("aria-label", title);
    dialog.append(...build(close));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    dialog.addEventListener("keydown", event => event.stopPropagation());  // the desk's own keys sleep meanwhile
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A dialog of a few fields, each with its words. `take` makes the answer of them, or says in a sentence what is wrong.
export function askFields(title, doing, fields, take) {
  return ask(title, close => {
    const wrong = element("p", { className: "errors-said" }), cancel = element("button", { type: "button", className: "button", textContent: say("Cancel") });
    const go = element("button", { type: "submit", className: "button default", textContent: doing });
    const form = element("form", { noValidate: true }, ...fields.map(([words, input]) => {
      const isTick = input.type == "checkbox";
      return element("label", { className: isTick ? "tick" : "" }, ...isTick ? [input, words] : [words, input]);
    }), wrong, element("p", { className: "acts" }, go, cancel));
    wrong.setAttribute("role", "alert");
    fields[0][1].autofocus = true;
    cancel.addEventListener("click", () => close(null));
    form.addEventListener("submit", event => {
      event.preventDefault();
      const told = take();
      if (typeof told != "string") return close(told);
      wrong.textContent = told;
      fields[0][1].focus();
    });
    return [form];
  });
}

export function chooseStory() {
  return ask(say("Choose a story"), close => {
    const search = element("input", { type: "search", autofocus: true }), cancel = element("button", { type: "button", className: "button", textContent: say("Cancel") });
    search.setAttribute("aria-label", say("Words of the story, its code or address"));
    search.placeholder = say("Words of the story, its code or address");
    const list = listStories(search, close);
    search.addEventListener("keydown", event => { if (event.key == "Enter") { event.preventDefault(); list[1].querySelector("button")?.focus(); } });
    cancel.addEventListener("click", () => close(null));
    return [search, ...list, element("p", { className: "acts" }, cancel)];
  });
}
