"""What the prints of a press photograph cost, and how the recipe for them was chosen.

    python tests/benchmarks/pictures.py [--photo FILE] [--settings] [--times 3]

It needs numpy, and compares with libvips if pyvips is there (`pip install numpy "pyvips[binary]"`).
It is no test of pytest's. Without a photo it draws one of 12 megapixels: clouds of noise at every
scale, edges, gradients, thin lines and the grain of a sensor. It shrinks about as well as a
landscape does; the settings in articles/darkroom/developing.py were chosen with real photographs.

First it makes every print of the photo, by our darkroom and by libvips, each in a process of its
own: processor time and time by the clock (the medians of several runs), peak memory, bytes and
likeness. Then, with `--settings`, it writes three prints of it in many settings.

Likeness is SSIM (Wang et al. 2004: Gaussian window of 11 pixels, sigma 1.5) to a print that was
scaled down from all pixels and never compressed, of luma and both colour differences, weighed six
to one to one, so that blurred colours count too. 1 is the same; alike prints are compared by bytes.
"""

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from PIL import Image

from articles import darkroom
from articles.darkroom.developing import RECIPE

SHARED_OUT = (("square", 800), ("lead", 1200), ("card", 400))  # prints that settings are tried on
TRIED = {
    "AVIF": [
        {"quality": quality, "speed": speed, "subsampling": "4:2:0", "max_threads": 1}
        for speed in (10, 8, 6, 4)
        for quality in (35, 40, 45, 50, 55, 60, 65)
    ],
    "JPEG": [
        {"quality": quality, "subsampling": subsampling, "progressive": True, "optimize": True}
        for subsampling in ("4:2:0", "4:4:4")
        for quality in (60, 66, 72, 76, 80, 84, 88)
    ],
    "WEBP": [{"quality": quality, "method": 4} for quality in (60, 66, 72, 78, 84, 90)],
}
ALIKE = (0.94, 0.95, 0.96, 0.97, 0.98)  # what settings are compared at


def draw(path, size=(4000, 3000)):
    """A picture as a camera might give it, the same each time."""
    import numpy

    chance = numpy.random.default_rng(7)
    wide, high = size
    light = numpy.zeros((high, wide), "float32")
    for octave in range(2, 11):
        cells = chance.standard_normal((2**octave * 3 // 4, 2**octave), "float32")
        cloud = Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC)
        light += numpy.asarray(cloud) * 0.85**octave
    across, down = numpy.meshgrid(numpy.linspace(0, 1, wide), numpy.linspace(0, 1, high))
    light = light / light.std() * 30 + 128
    red, green, blue = light + 30 * down, light + 8, light + 60 * (1 - down) - 20
    sky = down < 0.35 + 0.04 * numpy.sin(across * 9)  # an edge, and a gradient above it
    for channel, at_the_top in ((red, 90), (green, 140), (blue, 205)):
        channel[sky] = (at_the_top + 130 * down + 0.12 * (light - 128))[sky]
    for n in range(24):  # walls with lines on them
        left, top = int(chance.integers(0, wide - 400)), int(chance.integers(high // 3, high - 500))
        wall = numpy.s_[top : top + 460, left : left + 300]
        for channel in (red, green, blue):
            channel[wall] = channel[wall] * 0.25 + chance.integers(60, 130)
            channel[top : top + 460 : 12 + n, left : left + 300] -= 40
    grain = chance.standard_normal((high, wide, 3), "float32") * 4
    made = numpy.stack((red, green, blue), axis=2) + grain
    Image.fromarray(made.clip(0, 255).astype("uint8")).save(path, quality=92)


def wanted(path):
    """The prints of a photo, as the worker makes them."""
    with Image.open(path) as photo:
        turned = photo.getexif().get(0x0112, 1) >= 5
        size = photo.size[::-1] if turned else photo.size
    return darkroom.prints("0" * 64, *size)


def by_darkroom(path, into):
    darkroom.develop(path, prints=wanted(path), into=into)


def by_libvips(path, into):
    """The same prints, decoded once and as small as they allow, with one thread."""
    import pyvips

    prints = wanted(path)
    scale = max(one.width / (one.box[2] - one.box[0]) for one in prints)
    shrink = max(step for step in (1, 2, 4, 8) if step == 1 or scale * 2 * step <= 1)
    photo = pyvips.Image.new_from_file(str(path), **{"shrink": shrink} if shrink > 1 else {})
    photo = photo.autorot()
    if photo.get_typeof("icc-profile-data"):
        photo = photo.icc_transform("srgb", embedded=True, intent="relative")
    photo = photo.copy_memory()
    for one in prints:
        left, upper, right, lower = (side / shrink for side in one.box)
        cut = photo.crop(
            left, upper, min(right, photo.width) - left, min(lower, photo.height) - upper
        )
        made = cut.resize(one.width / cut.width, vscale=one.height / cut.height, kernel="lanczos3")
        if one.format == "AVIF":
            recipe = RECIPE["AVIF"]
            made.heifsave(
                str(into / one.file),
                compression="av1",
                Q=recipe["quality"],
                effort=9 - recipe["speed"],
                subsample_mode="on",
                keep="none",
            )
        else:
            made.jpegsave(
                str(into / one.file),
                Q=RECIPE["JPEG"]["quality"],
                interlace=True,
                optimize_coding=True,
                subsample_mode="on",
                keep="none",
            )


MAKERS = {"darkroom": by_darkroom, "libvips": by_libvips}


def measured(maker, path, into):
    """Seconds of a processor, seconds by the clock and peak bytes of one run, in its own process.

    This process has to be small meanwhile: its size counts as the child's until that has started.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "--photo", str(path), "--make", maker, "--into", str(into)],
        env=os.environ | {"VIPS_CONCURRENCY": "1"},
    )
    _, status, spent = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{maker} failed.")
    seconds = time.perf_counter() - begun
    return spent.ru_utime + spent.ru_stime, seconds, spent.ru_maxrss * 1024


def reference(photo, one):
    """A print from all pixels, as good as it can be."""
    return photo.resize((one.width, one.height), Image.Resampling.LANCZOS, box=one.box)


def likeness(one, other):
    """SSIM of two pictures of one size: luma, blue and red differences weighed 6:1:1."""
    import numpy

    window = numpy.exp(-(numpy.arange(-5, 6) ** 2) / (2 * 1.5**2))
    window /= window.sum()

    def blurred(plane):
        wide = plane.shape[1] - 10
        plane = sum(weight * plane[:, n : n + wide] for n, weight in enumerate(window))
        high = plane.shape[0] - 10
        return sum(weight * plane[n : n + high] for n, weight in enumerate(window))

    found = []
    for a, b in zip(one.convert("YCbCr").split(), other.convert("YCbCr").split(), strict=True):
        a, b = numpy.asarray(a, "float64"), numpy.asarray(b, "float64")
        mean_a, mean_b = blurred(a), blurred(b)
        spread_a = blurred(a * a) - mean_a**2
        spread_b = blurred(b * b) - mean_b**2
        together = blurred(a * b) - mean_a * mean_b
        c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
        same = (2 * mean_a * mean_b + c1) * (2 * together + c2)
        found.append((same / ((mean_a**2 + mean_b**2 + c1) * (spread_a + spread_b + c2))).mean())
    return float(found[0] * 6 + found[1] + found[2]) / 8


def tell_prints(path, times):
    """All prints by each maker: what they cost, and what came of it."""
    makers = [name for name in MAKERS if name != "libvips" or importlib.util.find_spec("pyvips")]
    with tempfile.TemporaryDirectory(prefix="newsroom-benchmark-") as folder:
        folders = {name: Path(folder) / name for name in makers}
        runs = {name: [] for name in makers}
        for into in folders.values():
            into.mkdir()
        for _ in range(times):
            for name in makers:  # in turn, so that a busy minute of the machine hits all
                runs[name].append(measured(name, path, folders[name]))
        prints = wanted(path)
        print(f"{len(prints)} prints, processes started and ended included")
        for name in makers:
            spent, waited, memory = (
                statistics.median(each) for each in zip(*runs[name], strict=True)
            )
            print(
                f"  {name:>8}: {spent:5.2f} s CPU, {waited:5.2f} s by the clock,"
                f" {memory / 1e6:4.0f} MB at most"
            )
        photo = upright(path)
        references = {(one.crop, one.width): reference(photo, one) for one in prints}
        print(f"{'':>10}  " + "".join(f"{name + ' kB':>14}{'SSIM':>8}" for name in makers))
        groups = {}
        for one in prints:
            groups.setdefault((one.crop, one.format), []).append(one)
        groups |= {
            ("all", kind): [one for one in prints if one.format == kind]
            for kind in ("AVIF", "JPEG")
        }
        for (crop, kind), several in groups.items():
            line = f"{crop:>8} {kind:>4} {'/'.join(str(one.width) for one in several)[:22]:>22}"
            for name in makers:
                files = [folders[name] / one.file for one in several]
                weight = sum(file.stat().st_size for file in files)
                alike = statistics.mean(
                    likeness(references[one.crop, one.width], Image.open(file))
                    for one, file in zip(several, files, strict=True)
                )
                line += f"{weight / 1000:>10.1f}{alike:>9.4f}"
            print(line)


def upright(path):
    from PIL import ImageOps

    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def tell_settings(path):
    """Three prints in every setting of TRIED; and bytes where they are alike."""
    photo = upright(path)
    chosen = [
        one for one in wanted(path) if (one.crop, one.width) in SHARED_OUT and one.format == "AVIF"
    ]
    references = [reference(photo, one) for one in chosen]
    print("\nSettings, on " + ", ".join(f"{one.crop} {one.width}" for one in chosen))
    curves = {}
    for kind, settings in TRIED.items():
        for how in settings:
            weights, alike, spent = [], [], 0
            for picture in references:
                file = BytesIO()
                begun = time.process_time()
                picture.save(file, kind, **how)
                spent += time.process_time() - begun
                weights.append(file.tell())
                alike.append(likeness(picture, Image.open(file)))
            name = f"{kind} {how.get('speed', how.get('subsampling', ''))}".strip()
            curves.setdefault(name, []).append((statistics.mean(alike), sum(weights), spent))
            print(
                f"  {name:>10} quality {how['quality']}: {sum(weights) / 1000:7.1f} kB"
                f"  SSIM {statistics.mean(alike):.4f}  {spent:5.2f} s CPU  "
                + " ".join(f"{weight / 1000:.1f}" for weight in weights)
            )
    print("\nkB where alike, and s CPU there")
    print(f"{'SSIM':>12}" + "".join(f"{level:>15}" for level in ALIKE))
    for name, curve in curves.items():
        print(f"{name:>12}" + "".join(f"{at(level, curve):>15}" for level in ALIKE))


def at(level, curve):
    """Bytes and seconds of a curve where it reaches a likeness, between two settings."""
    for low, high in pairwise(curve):
        if low[0] <= level <= high[0]:
            part = (level - low[0]) / (high[0] - low[0])
            weight, spent = (low[n] + part * (high[n] - low[n]) for n in (1, 2))
            return f"{weight / 1000:.1f} {spent:.2f}"
    return "–"


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--photo", type=Path)
    asked.add_argument("--settings", action="store_true", help="try many settings too")
    asked.add_argument("--times", type=int, default=3)
    asked.add_argument("--make", choices=[*MAKERS, "draw"], help=argparse.SUPPRESS)
    asked.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.make == "draw":
        return draw(told.photo)
    if told.make:
        return MAKERS[told.make](told.photo, told.into)
    with tempfile.TemporaryDirectory(prefix="newsroom-benchmark-") as folder:
        photo = told.photo or Path(folder) / "drawn.jpg"
        if not told.photo:
            measured("draw", photo, folder)
        with Image.open(photo) as opened:
            print(f"{photo.name}: {opened.width}x{opened.height}, {photo.stat().st_size:,} bytes")
        tell_prints(photo, told.times)
        if told.settings:
            tell_settings(photo)
    return None


if __name__ == "__main__":
    main()
