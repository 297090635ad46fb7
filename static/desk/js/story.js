// The story form: offer names.
// Offer known names while an editor types. The browser's own list shows what the field would become.
for (const input of document.querySelectorAll("[data-names]")) {
  let pause, asked = 0;
  async function offer() {
    const turn = ++asked, [, before = "", begun] = input.value.match(/^(.*[,،]\s*)?([^,،]*)$/);
    let names = [];
    if (begun.trim().length > 1) {
      try {
        const answer = await fetch(`${input.dataset.names}?q=${encodeURIComponent(begun.trim())}`);
        if (answer.ok) ({ names } = await answer.json());
      } catch { /* without the list, the name can still be typed */ }
    }
    if (turn == asked) input.list.replaceChildren(...names.map(name => new Option("", before + name)));
  }
  input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(offer, 150); });
}

// Long headlines stay whole: the field grows with them.
for (const area of document.querySelectorAll(".story-main textarea")) {
  const grow = () => {
    if (!area.offsetParent) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight + 2}px`;
  };
  area.addEventListener("input", grow);
  addEventListener("resize", grow);
  grow();
}
