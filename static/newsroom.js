// Small enhancements: every page works without this file.
(d => {
  const all = s => d.querySelectorAll(s), press = (s, f) => all(s).forEach(e => e.addEventListener("click", v => f(e, v)));

  // "7 sec ago": counts on from the server's age, so a wrong clock here does not matter; only a page that
  // came back from history is older than it says, and counts from its exact moment.
  const lang = d.documentElement.lang + "-u-nu-latn", units = {};
  for (const [unit, style] of [["second", "short"], ["minute", "short"], ["hour", "long"]]) units[unit] = new Intl.RelativeTimeFormat(lang, { style });
  const start = Date.now(), calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const back = performance.getEntriesByType("navigation")[0]?.type == "back_forward";
  const tick = () => {
    let soon;
    all("time[data-age]").forEach(t => {
      const s = (Date.now() - (back ? Date.parse(t.dateTime) : start - t.dataset.age * 1e3)) / 1e3 | 0;
      if (s < 0) return;
      if (s >= 86400) return t.textContent = t.dataset.date;
      const [n, u] = s < 60 ? [s || 1, "second"] : s < 3600 ? [s / 60, "minute"] : [s / 3600, "hour"];
      t.textContent = units[u].format(-(n | 0), u).replace(".", "");
      soon ||= s < 60;
    });
    setTimeout(tick, soon && !calm ? 1e3 : 3e4);
  };
  tick();

  press("[data-copy]", async b => {
    const was = [...b.childNodes];
    try { await navigator.clipboard.writeText(b.dataset.copy); } catch { return getSelection().selectAllChildren(b.previousElementSibling.querySelector("bdi")); }
    b.replaceChildren(b.dataset.done);
    setTimeout(() => b.replaceChildren(...was), 2e3);
  });

  // Close an open sheet: Escape, or a press elsewhere
  const shut = x => all(".sheet[open]").forEach(s => s.contains(x) || (s.open = false));
  d.addEventListener("click", v => shut(v.target));
  d.addEventListener("keydown", v => {
    if (v.key == "Escape") { d.activeElement.closest(".sheet[open]")?.querySelector("summary").focus(); shut(); }
  });
})(document);
