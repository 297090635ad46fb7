"""A first guess at what a picture is about, for an editor to correct.

It is cheap and knows nothing: on a thumbnail of 64 pixels it weighs how much each spot differs from
its surroundings (local contrast), counts spots of skin-like hue double and more, favours the middle
a little, and answers the centre of gravity of the heaviest spots. It recognises no faces and no
people. Skin-like means a range of chroma that holds for light and dark skin alike (Chai and Ngan,
1999), and for wood and sand too. A flat picture gets its middle.
"""

from PIL import Image, ImageChops, ImageFilter

THUMBNAIL = 64  # pixels, its longer side
SKIN_RED = range(133, 174)  # Cr
SKIN_BLUE = range(77, 128)  # Cb
SKIN_COUNTS = 2.0  # so much more than its contrast
FLAT = 6  # of 255: where nothing differs more than this, nothing stands out
HEAVIEST = 0.25  # of all spots, those that are averaged
MIDDLE = (50, 50)


def suggest(image):
    """A focal point in percent from the left and from the top, 0 to 100."""
    small = image.convert("RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    width, height = small.size
    light = small.convert("L")
    around = light.filter(ImageFilter.GaussianBlur(4))
    contrast = ImageChops.difference(light, around).filter(ImageFilter.GaussianBlur(2))
    differences = contrast.tobytes()
    if max(differences) < FLAT:
        return MIDDLE
    pixels = small.convert("YCbCr").tobytes()
    weights = []
    for place, difference in enumerate(differences):
        blue, red = pixels[place * 3 + 1], pixels[place * 3 + 2]
        weight = difference
        if red in SKIN_RED and blue in SKIN_BLUE:
            weight *= 1 + SKIN_COUNTS
        y, x = divmod(place, width)
        across, down = (x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5
        weights.append((weight * (1 - across * across - down * down), x, y))
    weights.sort(reverse=True)
    heavy = weights[: max(1, int(len(weights) * HEAVIEST))]
    total = sum(weight**2 for weight, _, _ in heavy)
    return (
        round(sum(weight**2 * (x + 0.5) for weight, x, _ in heavy) / total / width * 100),
        round(sum(weight**2 * (y + 0.5) for weight, _, y in heavy) / total / height * 100),
    )
