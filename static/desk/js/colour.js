// Beside each colour in digits stands the browser's own way to choose one; the digits are what is sent.
for (const place of document.querySelectorAll("[data-colour]")) {
  const [digits, choice] = place.querySelectorAll("input");
  const show = () => { if (/^#[0-9a-f]{6}$/i.test(digits.value.trim())) choice.value = digits.value.trim(); };
  choice.hidden = false;
  choice.addEventListener("input", () => {
    digits.value = choice.value;
    digits.dispatchEvent(new Event("input", { bubbles: true }));
  });
  digits.addEventListener("input", show);
  show();
}
