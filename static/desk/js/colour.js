// Beside each colour in digits stands the browser's own way to choose one; the digits are what is sent.
for (const place of document.querySelectorAll("[data-colour]")) {
  const [digits, choice] = place.querySelectorAll("input");
  const show = () => {
    const written = digits.value.trim().replace(/^#/, "").replace(/^(\w)(\w)(\w)$/, "$1$1$2$2$3$3");
    choice.classList.toggle("is-empty", !written);
    if (/^[0-9a-f]{6}$/i.test(written)) choice.value = `#${written.toLowerCase()}`;
  };
  choice.hidden = false;
  choice.addEventListener("input", () => {
    digits.value = choice.value;
    digits.dispatchEvent(new Event("input", { bubbles: true }));
  });
  digits.addEventListener("input", show);
  show();
}
