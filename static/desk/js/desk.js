// The whole desk: menus close as people expect, and times and codes can be copied. Pages work without.
addEventListener("click", event => {
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.contains(event.target) || (menu.open = false);
});
addEventListener("keydown", event => {
  if (event.key != "Escape") return;
  const menu = document.activeElement.closest("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const words = button.textContent;
  try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
  button.textContent = "✓";
  setTimeout(() => button.textContent = words, 1500);
});

// A page that shows the words of a story as the desk has them: in this window none of them waits any more.
for (const { dataset: { arrived } } of document.querySelectorAll("[data-arrived]")) {
  try {
    const ours = `:${arrived}:${sessionStorage.getItem("newsroom:window")}`;
    for (const key of Object.keys(localStorage).filter(key => key.endsWith(ours))) {
      if (JSON.parse(localStorage.getItem(key)).isLeaving) localStorage.removeItem(key);
    }
  } catch { /* a browser that keeps nothing */ }
}

// A message stays until somebody closes it. Whoever did stands at the next one, or where the page begins.
addEventListener("click", ({ target }) => {
  const message = target.closest("[data-close-message]")?.closest("li");
  if (!message) return;
  const next = message.nextElementSibling?.querySelector("[data-close-message]") ?? document.getElementById("content-start");
  message.remove();
  next?.focus({ preventScroll: true });
});

// On a narrow window the filters of a list wait folded; on a wide one they stand beside it.
const wide = matchMedia("(min-width: 64em)");
for (const fold of document.querySelectorAll(".filters-fold")) {
  const show = () => fold.open = wide.matches;
  wide.addEventListener("change", show);
  show();
}

// Ctrl Enter presses the one main button of a story or of its publication; Ctrl S saves: the draft, or the form.
addEventListener("keydown", event => {
  if (!event.ctrlKey && !event.metaKey || event.altKey || event.shiftKey || event.target.closest("[data-notes]")) return;
  const wanted = { Enter: ["[data-go], [name=_sure]"], s: ["[name=_save_draft]", ".submit-row [name=_continue]", ".submit-row [name=_save]"] }[event.key];
  const place = document.querySelector("dialog[open]") ?? document;
  const button = wanted?.map(found => place.querySelector(found)).find(Boolean);
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();  // in the body, Ctrl Enter would break the line first
  if (button.disabled) document.getElementById(button.getAttribute("aria-describedby"))?.focus();  // it says why
  else button.click();
}, true);

// Stories save themselves; whoever leaves any other form with words that no desk has yet is asked first.
const plain = document.querySelector("body.change-form form[id$=_form]:not(#article_form)");
if (plain) {
  let isTouched = plain.querySelector(".errornote") != null;
  plain.addEventListener("input", () => isTouched = true);
  plain.addEventListener("submit", () => isTouched = false);
  addEventListener("beforeunload", event => { if (isTouched) event.preventDefault(); });
}
