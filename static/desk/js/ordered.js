// An ordered list whose items have a grip: dragged by pointer, or lifted with Space, moved with the arrows and dropped
// with Space; Esc puts one back. `tell` says each step with its place, `changed` hears of every new order.
export function sortable(list, { tell, changed }) {
  const items = () => [...list.children];
  const say = (step, item) => tell(step, { place: items().indexOf(item) + 1, all: items().length });
  let held = null, next = null, isMoving = false, dragged = null;

  function move(item, put) {
    isMoving = true;
    put();
    isMoving = false;
    item.querySelector(".grip").focus();
  }

  function lift(item) {
    held = item;
    next = item.nextElementSibling;
    item.classList.add("lifted");
    say("lifted", item);
  }

  function drop(step) {
    const item = held, isNew = item.nextElementSibling != next;
    held = null;
    item.classList.remove("lifted");
    say(step, item);
    if (isNew) changed();
  }

  list.addEventListener("keydown", event => {
    const item = event.target.closest(".grip")?.closest("li"), isHeld = item && item == held;
    if (!item) return;
    const other = { ArrowUp: item.previousElementSibling, ArrowDown: item.nextElementSibling }[event.key];
    if (event.key == " " || event.key == "Enter") isHeld ? drop("dropped") : lift(item);
    else if (!isHeld) return;
    else if (event.key == "Escape") { move(item, () => list.insertBefore(item, next)); drop("put_back"); }
    else if (!event.key.startsWith("Arrow")) return;
    else if (other) { move(item, () => event.key == "ArrowUp" ? other.before(item) : other.after(item)); say("moved", item); }
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("keyup", event => { if (event.key == " " && event.target.closest(".grip")) event.preventDefault(); });
  list.addEventListener("focusout", () => { if (held && !isMoving) setTimeout(() => { if (held && !held.contains(document.activeElement)) drop("dropped"); }); });

  // The list, not the grip, has the pointer: it stays in its place while the item moves.
  list.addEventListener("pointerdown", event => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button || held) return;
    event.preventDefault();
    grip.focus();
    dragged = grip.closest("li");
    next = dragged.nextElementSibling;
    list.setPointerCapture(event.pointerId);
  });
  list.addEventListener("pointermove", event => {
    if (!dragged) return;
    dragged.classList.add("dragging");
    const below = items().find(item => { const box = item.getBoundingClientRect(); return event.clientY < box.top + box.height / 2; }) ?? null;
    if (below != dragged && below != dragged.nextElementSibling) move(dragged, () => list.insertBefore(dragged, below));
  });
  for (const end of ["pointerup", "pointercancel"]) list.addEventListener(end, () => {
    if (!dragged) return;
    const item = dragged;
    dragged = null;
    item.classList.remove("dragging");
    if (end == "pointercancel" && item.nextElementSibling != next) list.insertBefore(item, next);
    else if (item.nextElementSibling != next) { say("moved", item); changed(); }
  });
}

// A list stands in for the text area that the form sends. It is drawn anew when something else has filled that one, and
// Ctrl Z outside its texts brings back what was removed: `undo` gives the function that does, if there is one.
export function standIn(root, source, { draw, isOld, undo, first }) {
  const follow = () => { if (isOld()) draw(); };
  root.addEventListener("keydown", event => {
    const bringBack = undo();
    if (!bringBack || event.key.toLowerCase() != "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.target.matches("textarea")) return;
    event.preventDefault();
    bringBack();
  });
  source.addEventListener("input", follow);
  source.hidden = true;
  for (const part of root.querySelectorAll("ol, .acts")) part.hidden = false;
  const help = document.getElementById(`${source.id}_helptext`), label = document.querySelector(`label[for=${source.id}]`);
  if (help) help.hidden = true;
  root.role = "group";
  root.ariaLabel = label.textContent.trim();
  label.removeAttribute("for");
  label.addEventListener("click", () => first().focus());
  draw();
  addEventListener("pageshow", follow);
}
