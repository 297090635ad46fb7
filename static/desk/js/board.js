// The board shows another section as soon as it is chosen. Without this a button does it.
const form = document.querySelector("[data-whose]"), show = form.querySelector("[data-show]");
show.hidden = true;
form.querySelector("select").addEventListener("change", () => form.requestSubmit(show));
