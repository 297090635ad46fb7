// The list of stories: names are offered while somebody types one into a filter, and a search is kept under a name.
for (const input of document.querySelectorAll("[data-one-name]")) {
  let pause, asked = 0;
  async function offer() {
    const turn = ++asked, begun = input.value.trim();
    let names = [];
    if (begun.length > 1) {
      try {
        const answer = await fetch(`${input.dataset.oneName}?q=${encodeURIComponent(begun)}`);
        if (answer.ok) ({ names } = await answer.json());
      } catch { /* without the list, the name can still be typed */ }
    }
    if (turn == asked) input.list.replaceChildren(...names.map(({ value }) => new Option("", value)));
  }
  input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(offer, 150); });
}

const name = document.getElementById("search-name"), menu = name?.closest("details");
menu?.addEventListener("toggle", () => { if (menu.open) name.focus(); });
