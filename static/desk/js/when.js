// Now, or at a time: the words of the page follow the moment that is chosen. Without it the button says less, and
// does the same.
export function followMoment(form) {
  const at = form.querySelector("[name=at]"), lang = document.documentElement.lang;
  const draw = () => {
    const moment = at.value ? new Date(at.value) : null;  // read and printed in one zone, whichever it is
    const long = moment?.toLocaleString(lang, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
    const short = moment?.toLocaleString(lang, { weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
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
