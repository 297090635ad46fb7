// Now, or at a time: the words of the page follow the moment that is chosen. Without it the button says less, and
// does the same.
export function followMoment(form) {
  const at = form.querySelector("[name=at]"), zone = form.querySelector(".zone").textContent.split(",")[0];
  const lang = document.documentElement.lang.replace(/^en$/, "en-GB"), note = form.querySelector("#note");
  const main = form.querySelector("[name=_sure]:enabled"), valueOf = name => form.querySelector(`[name=${name}]:checked`)?.value;
  const draw = () => {
    const kind = valueOf("kind");
    if (note) {
      note.required = kind == "correction";
      note.setCustomValidity(note.required && !note.value.trim() ? note.dataset.needed : "");
    }
    if (main && "nothingNew" in form.dataset) {
      main.disabled = kind == "fix" && valueOf("when") == "now";
      if (main.disabled) main.setAttribute("aria-describedby", "nothing-new");
      else main.removeAttribute("aria-describedby");
    }
    const moment = at.value ? new Date(at.value) : null;  // read and printed in one zone, whichever it is
    const words = options => moment.toLocaleDateString(lang, options), time = at.value.slice(11, 16);
    const isSoon = moment && moment - Date.now() < 6 * 24 * 3600e3;
    const long = moment && `${words({ day: "numeric", month: "long", year: "numeric" })}, ${time} ${zone}`;
    const short = moment && (isSoon ? `${words({ weekday: "short" })} ${time}` : `${words({ day: "numeric", month: "short", year: "numeric" })}, ${time}`);
    for (const place of form.querySelectorAll("[data-moment]")) {
      place.dataset.empty ??= place.textContent;
      place.textContent = long ?? place.dataset.empty;
    }
    for (const place of form.querySelectorAll("[data-short-moment]")) {
      place.textContent = short ? place.dataset.shortMoment.replace("%s", short) : "";
    }
  };
  for (const hidden of form.querySelectorAll(".needs-script")) hidden.hidden = false;
  form.addEventListener("input", draw);
  form.addEventListener("click", event => {
    const chosen = event.target.closest("[data-at]");
    if (!chosen) return;
    at.value = chosen.dataset.at;
    draw();
    form.querySelector("[type=submit]:enabled").focus();
  });
  draw();
}

for (const form of document.querySelectorAll("[data-when]")) followMoment(form);
