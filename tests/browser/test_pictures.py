"""Pictures as browsers fetch and draw them, with photographs that are hard to shrink."""

import io
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from articles import renditions, uploads
from tests.factories import make_article, make_author, make_section

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3}
LARGEST_ON_PHONES = 40_000  # bytes
SLOW_LINE = {  # the one that the design was measured on
    "offline": False,
    "latency": 300,  # ms
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
NOTE_SHIFTS = (
    "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
    "entry => window.shift += entry.value)).observe({type: 'layout-shift', buffered: true})"
)
# Of each picture: its file, how wide it is drawn, and how wide `sizes` said that it would be: with
# widths in a srcset, that is its natural width (HTML, "density-corrected natural width").
DRAWN = """async () => {
    const pictures = [...document.querySelectorAll("main img")];
    for (const img of pictures) img.loading = "eager";
    await Promise.all(pictures.map(img => img.decode()));
    return pictures.map(img => [img.currentSrc, img.clientWidth, img.naturalWidth]);
}"""


def photograph(seed=0, size=(1800, 1350)):
    """Noise of every scale, as fields and crowds have it, and the grain of a sensor."""
    picture = Pillow.new("L", size, 128)
    for across in (6, 12, 24, 48, 96, 192, 384, 768):
        noise = Pillow.effect_noise((across + seed, across * 3 // 4), 70)
        picture = Pillow.blend(picture, noise.resize(size, Pillow.Resampling.BICUBIC), 0.3)
    grain = Pillow.effect_noise(size, 8)
    red, green = picture.point(lambda light: light * 1.3 - 10), Pillow.blend(picture, grain, 0.1)
    blue = picture.transpose(Pillow.Transpose.FLIP_TOP_BOTTOM)
    file = io.BytesIO()
    Pillow.merge("RGB", (red, green, blue)).save(file, "JPEG", quality=92)
    return file.getvalue()


def make_photo(seed=0, **words):
    words = {"credit": "Dana Ruiz", "alt_text": "A field"} | words
    image = uploads.add(ContentFile(photograph(seed), name=f"field{seed}.jpg"), by=None, **words)
    renditions.develop(image)
    image.refresh_from_db()
    return image


def test_the_lead_of_a_story_on_a_phone_is_light_and_moves_nothing_on_a_slow_line(
    transactional_db, site, open_window
):
    photo = make_photo()
    story = make_article(body="<p>The first boats left at dawn.</p>" * 20, lead_image=photo)
    page = open_window(**PHONE)
    page.add_init_script(NOTE_SHIFTS)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_LINE)
    page.goto(site + story.get_absolute_url(), wait_until="networkidle")
    lead = page.locator(".lead-image img")
    assert lead.evaluate("img => img.complete && img.naturalWidth") == 390
    address = lead.evaluate("img => img.currentSrc")
    assert "-square-" in address
    assert address.endswith(".avif")
    name = urlsplit(address).path.removeprefix("/media/")
    assert default_storage.size(name) <= LARGEST_ON_PHONES
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0


def test_pictures_are_drawn_as_wide_as_their_sizes_say(transactional_db, site, open_window):
    photo, author = make_photo(), make_author()
    author.portrait = photo
    author.save()
    told = {"lead_image": photo, "authors": [author]}
    figure = f'<figure data-image="{photo.code}"></figure>'
    first = make_article("Port opens", body=f"<p>Dawn.</p>{figure}<p>Noon.</p>", **told)
    for n in range(12):
        section = make_section("Sport" if n % 2 else "World")
        make_article(f"Boat {n}", section=section, minutes_old=90 + n, **told)
    wrong = []
    for width in (360, 412, 768, 1024, 1280, 1440):
        page = open_window(viewport={"width": width, "height": 900})
        for address in ("/", first.get_absolute_url(), "/world/", author.get_absolute_url()):
            page.goto(site + address)
            drawn = page.evaluate(DRAWN)
            assert drawn, address
            wrong += [
                (width, address, *each) for each in drawn if not 0.93 < each[1] / each[2] < 1.07
            ]
    assert not wrong
