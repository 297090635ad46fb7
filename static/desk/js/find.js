// Find anything: what matches is offered while somebody types. Without it, Enter shows it as a page.
const form = document.querySelector("[data-find]");
if (form) {
  const input = form.querySelector("input"), list = form.querySelector("[role=listbox]"), status = form.querySelector("[role=status]");
  let pause, asked = 0;

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function option(found, number) {
    const made = element("li", { id: `found-${number}` }, element("span", { className: "title", textContent: found.title, lang: found.lang, dir: found.dir }));
    if (found.state) made.append(element("span", { className: `state state-${found.state}`, textContent: found.state_name }));
    if (found.note) made.append(element("span", { className: "quiet", textContent: found.note, dir: "auto" }));
    made.setAttribute("role", "option");
    made.dataset.address = found.address;
    return made;
  }

  function group({ name, found }, from, number) {
    const title = element("span", { id: `found-group-${number}`, className: "group-name", textContent: name });
    const made = element("li", {}, title, element("ul", {}, ...found.map((one, n) => option(one, from + n))));
    made.setAttribute("role", "group");
    made.setAttribute("aria-labelledby", title.id);
    made.querySelector("ul").setAttribute("role", "presentation");
    return made;
  }

  const options = () => [...list.querySelectorAll("[role=option]")];

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", other == option);
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    asked++;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(null);
  }

  async function offer() {
    const turn = ++asked, words = input.value.trim();
    if (words.length < 2) return close();
    let groups;
    try {
      const answer = await fetch(`${form.action}?q=${encodeURIComponent(words)}`, { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      ({ groups } = await answer.json());
    } catch { return; /* Enter still asks */ }
    if (turn != asked) return;
    let from = 0;
    list.replaceChildren(...groups.map((one, n) => { const made = group(one, from, n); from += one.found.length; return made; }));
    list.hidden = !from;
    input.setAttribute("aria-expanded", Boolean(from));
    status.textContent = from ? form.dataset.found.replace("%s", from) : form.dataset.nothing;
    choose(null);
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(offer, 150); });
  input.addEventListener("focus", () => { if (list.childElementCount && input.value) offer(); });
  input.addEventListener("keydown", event => {
    const found = list.hidden ? [] : options(), now = found.findIndex(one => one.getAttribute("aria-selected") == "true");
    if (event.key == "ArrowDown" && found.length) choose(found[(now + 1) % found.length]);
    else if (event.key == "ArrowUp" && found.length) choose(found[(now < 0 ? 0 : now) - 1] ?? found.at(-1));
    else if (event.key == "Enter" && now >= 0) location.assign(found[now].dataset.address);
    else if (event.key == "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", event => event.preventDefault());  // the field keeps the focus
  list.addEventListener("click", ({ target }) => { const one = target.closest("[role=option]"); if (one) location.assign(one.dataset.address); });
  form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || close());
}
