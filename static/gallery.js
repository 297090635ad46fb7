// Turn a gallery by buttons and arrow keys, and say which picture is seen. Swiping is the browser's own.
for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const list = gallery.querySelector("ol"), slides = [...list.children], count = gallery.querySelector("[data-count]");
  const [previous, next] = gallery.querySelectorAll("button"), calm = matchMedia("(prefers-reduced-motion: reduce)");
  const side = getComputedStyle(list).direction == "rtl" ? -1 : 1;  // where a line ends
  const far = slide => side > 0 ? slide.getBoundingClientRect().left - list.getBoundingClientRect().left : list.getBoundingClientRect().right - slide.getBoundingClientRect().right;
  let at = 0, wanted = null;

  const seen = () => Math.abs(list.scrollLeft) + list.clientWidth >= list.scrollWidth - 2 ? slides.length - 1
    : slides.reduce((best, slide, n) => Math.abs(far(slide)) < Math.abs(far(slides[best])) ? n : best, 0);

  function say(n) {
    if (n == at) return;
    at = n;
    count.textContent = count.dataset.count.replace("{n}", n + 1).replace("{all}", slides.length);
    previous.ariaDisabled = String(!n);
    next.ariaDisabled = String(n == slides.length - 1);
  }

  function show(n) {
    wanted = Math.max(0, Math.min(slides.length - 1, n));
    say(wanted);
    list.scrollTo({ left: list.scrollLeft + side * far(slides[wanted]), behavior: calm.matches ? "instant" : "smooth" });
  }

  previous.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  list.addEventListener("scroll", () => {
    const n = seen();
    if (n == wanted) wanted = null;
    if (wanted == null) say(n);
  }, { passive: true });
  for (const event of ["scrollend", "pointerdown", "wheel"]) list.addEventListener(event, () => { wanted = null; }, { passive: true });
  gallery.addEventListener("keydown", event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const to = { ArrowRight: at + side, ArrowLeft: at - side, Home: 0, End: slides.length - 1 }[event.key];
    if (to == null) return;
    event.preventDefault();
    show(to);
  });
  list.tabIndex = 0;
  list.setAttribute("aria-labelledby", "gallery");
}
