// Two texts of one story: choosing fills the text that will be saved, which stays editable.
// Without it the choice counts as it stands, and what is written below a choice counts more.
const form = document.querySelector("[data-together]");
const places = [...form.querySelectorAll(".clash")];
const count = form.querySelector("[data-count]"), save = form.querySelector("[name=_save]");
const isChosen = place => place.querySelector("input:checked") != null
  || !!place.querySelector("[data-result]")?.value.trim();
const show = () => {
  const left = places.filter(place => !isChosen(place)).length;
  for (const place of places) place.classList.toggle("done", isChosen(place));
  if (places.length) count.textContent = left ? form.dataset.left.replace("%s", left) : form.dataset.done;
  save.disabled = left > 0;
};
const pick = radio => {
  const place = radio.closest(".clash"), result = place.querySelector("[data-result]");
  radio.checked = true;
  if (result) result.value = radio.closest("label").querySelector("[data-text]").dataset.text;
  show();
};
for (const button of form.querySelectorAll(".needs-script")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const place of places) pick(place.querySelector(`[value=${button.dataset.all}]`));
  });
}
form.addEventListener("change", event => { if (event.target.type == "radio") pick(event.target); });
form.addEventListener("input", event => {
  const { target } = event;
  if (target.matches("[data-result]") && !target.value.trim()) {  // emptied: nothing is chosen here
    const chosen = target.closest(".clash").querySelector("input:checked");
    if (chosen) chosen.checked = false;
  }
  show();
});
addEventListener("keydown", event => {
  if (event.target.matches("textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const side = { 1: "theirs", 2: "mine", 3: "both" }[event.key];
  const at = places.findIndex(place => place.contains(document.activeElement));
  const now = places[at] || places.find(place => !isChosen(place));
  const radio = side && now?.querySelector(`[value=${side}]`);
  if (radio) {
    pick(radio);
    const next = places[places.indexOf(now) + 1] || places.find(place => !isChosen(place));
    const stop = next?.querySelector("input") || save;
    stop.focus();
    stop.scrollIntoView({ block: "nearest" });
  }
  const step = { j: 1, k: -1 }[event.key];
  if (step && places.length) {
    const to = places[Math.max(0, Math.min(places.length - 1, at + step))].querySelector("input");
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  }
});
for (const place of places) {  // no script, no text below: what was chosen before counts again
  const result = place.querySelector("[data-result]"), chosen = place.querySelector("input:checked");
  if (result && chosen && !result.value) pick(chosen);
}
show();
