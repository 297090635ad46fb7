// The list of versions: choosing another A or B shows at once what changed. Without it the button does.
const form = document.querySelector("[data-versions]"), shown = document.querySelector("[data-compare]");
const said = document.querySelector("[data-said]");
let pause, asked = 0;
async function compare() {
  const turn = ++asked, told = new URLSearchParams(new FormData(form));
  let section;
  try {
    const answer = await fetch(`?${told}&part=compare`);
    if (!answer.ok || answer.redirected) return form.submit();
    section = await answer.text();
  } catch { return; }
  if (turn != asked) return;
  shown.innerHTML = section;
  said.textContent = shown.querySelector("h2").textContent;
  history.replaceState(null, "", `?${told}`);
}
form.addEventListener("change", () => { clearTimeout(pause); pause = setTimeout(compare, 250); });
if ([...form.elements].some(choice => choice.checked != choice.defaultChecked)) compare();  // chosen before this ran
