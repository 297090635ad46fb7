// What search engines and other sites would show of the story follows the typing.
import { form } from "desk/server";

const cards = document.querySelector("[data-cards]"), part = name => cards.querySelector(`[data-card-${name}]`);
const { site, host } = cards.dataset;
const line = name => (form.elements[name]?.value ?? "").trim().replace(/\s+/g, " ");
const pictured = () => document.querySelector(".field-lead_image [data-picture-shown]:not([hidden])");
const shared = cards.querySelector("[data-card-picture]");

function put(element, limit, words) {
  const signs = [...words], cut = signs.length > limit ? `${signs.slice(0, limit - 1).join("")}…` : words;
  if (element.textContent != cut) element.textContent = cut;
}

// The same as the page says when nobody wrote a standfirst: its first paragraph.
function firstParagraph() {
  const body = new DOMParser().parseFromString(form.elements.body?.value ?? "", "text/html").body;
  const texts = [...body.children].filter(({ tagName }) => tagName == "P").map(({ textContent }) => textContent.trim().replace(/\s+/g, " "));
  return texts.find(Boolean) ?? "";
}

function draw() {
  const headline = line("headline"), summary = line("standfirst") || firstParagraph();
  put(part("title"), part("title").dataset.cardTitle, headline && `${headline} | ${site}`);
  put(part("headline"), part("headline").dataset.cardHeadline, headline);
  for (const place of cards.querySelectorAll("[data-card-summary]")) put(place, place.dataset.cardSummary, summary);
  cards.querySelector("[data-card-no-summary]").hidden = Boolean(summary);
  const section = form.elements.section;
  if (section?.options) part("place").textContent = [host, section.value && section.selectedOptions[0].text].filter(Boolean).join(" › ");
  if (!form.elements.lead_image) return;
  const picture = form.elements.lead_image.value ? pictured() : null;
  shared.hidden = !picture;
  if (picture && shared.getAttribute("src") != picture.getAttribute("src")) shared.src = picture.src;
}

let due;
const soon = () => { clearTimeout(due); due = setTimeout(draw, 60); };

cards.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-card]");
  if (button) choose(button.dataset.card);
});
function choose(card) {
  for (const button of cards.querySelectorAll("[data-card]")) button.setAttribute("aria-pressed", button.dataset.card == card);
  for (const view of cards.querySelectorAll("[data-card-view]")) view.hidden = view.dataset.cardView != card;
}

choose("search");
if (form.elements.headline) {
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("story:saved", soon);
}
