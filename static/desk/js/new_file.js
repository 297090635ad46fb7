// The new file of a picture beside the present one, before it is sent. A canvas draws it: the page may load no blob.
const source = document.querySelector("[data-new-file]"), shown = document.querySelector("[data-new-shown]");
const canvas = shown.querySelector("canvas"), size = shown.querySelector("[data-new-size]");
const LARGEST = 1280;  // pixels, as the present one is shown

async function show() {
  const file = source.files[0];
  shown.hidden = true;
  const picture = file && await createImageBitmap(file).catch(() => null);  // the desk will say what is wrong with it
  if (!picture || file != source.files[0]) return;
  const scale = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  shown.querySelector("[data-new-name]").textContent = file.name;
  size.textContent = size.dataset.words.replace("%w", picture.width).replace("%h", picture.height);
  picture.close();
  shown.hidden = false;
}

source.addEventListener("change", show);
show();  // a browser that goes back may have kept the file
