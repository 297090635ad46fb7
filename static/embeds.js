// Put a player in the place of its card when a reader asks for it; until then nothing comes from the other site.
document.addEventListener("click", ({ target }) => {
  const stage = target.closest("button") && target.closest("[data-player]");
  if (!stage) return;
  const frame = document.createElement("iframe");
  frame.title = `${stage.querySelector(".kicker").textContent}: ${stage.parentElement.querySelector("a").href}`;
  frame.sandbox = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-presentation";
  frame.allow = "fullscreen; encrypted-media; picture-in-picture";
  frame.src = stage.dataset.player;
  stage.replaceChildren(frame);
  frame.focus();
});
