"""Which prints there are of a picture: crops, widths, boxes and names, from its size alone.

Nothing here opens a file, so a page can say a `srcset` without a query. Lengths are pixels of the
picture as it is seen, upright; focal points are percent from its left and upper edge.
"""

from dataclasses import dataclass
from functools import lru_cache

RECIPE_VERSION = (
    1  # part of every name: raise it with RECIPE or CROPS, and new prints get new names
)


@dataclass(frozen=True)
class Crop:
    """A shape the design asks for, in the widths it needs."""

    ratio: tuple[int, int] | None  # across to down; None keeps the picture's own
    widths: tuple[int, ...]
    formats: tuple[str, ...] = ("AVIF", "JPEG")


# Browsers take the first file that is as wide as they draw it, times 1, 2 or 3 for fine screens. On
# phones (360 to 412 CSS pixels) leads are as wide as the screen, cards 98 to 120, pictures in the
# text 326 to 375; on desks leads are 441 to 912 wide, cards 150 to 303, the first of a row 604,
# pictures in the text 608; faces are 96. Nothing is made for three times the width of a lead.
CROPS = {
    "lead": Crop((16, 9), (480, 720, 960, 1600)),
    "card": Crop((3, 2), (240, 400, 640, 960)),
    "square": Crop((1, 1), (200, 400, 800)),
    "portrait": Crop((4, 5), (400, 800)),
    "full": Crop(None, (400, 720, 1240, 1600)),
    "social": Crop((40, 21), (1200,), ("JPEG",)),  # 1200x630
}
FIRST = Crop(None, (400, 1280), ("JPEG",))  # made at once, before the worker has run
SUFFIXES = {"AVIF": "avif", "JPEG": "jpg", "PNG": "png"}


@dataclass(frozen=True)
class Print:
    """One file that readers get: a crop of a picture at a width, in a format."""

    crop: str
    width: int
    height: int
    format: str  # "AVIF", "JPEG" or "PNG"
    box: tuple[int, int, int, int]  # what is cut out: left, upper, right, lower
    name: str  # where it is kept, below the root of the storage

    @property
    def file(self):
        """The last part of its name, which it bears in the folder that it is developed into."""
        return self.name.rpartition("/")[2]

    @property
    def content_type(self):
        return f"image/{self.format.lower()}"


def box(crop, width, height, focal=(50, 50)):
    """The largest part of a picture in a crop's shape, round the focal point and never beside."""
    ratio = _crop(crop).ratio
    if ratio is None:
        return 0, 0, width, height
    across, down = ratio
    wide = max(1, min(width, round(height * across / down)))
    high = max(1, min(height, round(width * down / across)))
    left = _inside(width * focal[0] / 100 - wide / 2, width - wide)
    upper = _inside(height * focal[1] / 100 - high / 2, height - high)
    return left, upper, left + wide, upper + high


def widths(crop, width, height):
    """The widths a crop is made in, ascending. Its own is the last where it lacks the largest."""
    left, _, right, _ = box(crop, width, height)
    own = right - left
    fitting = [wanted for wanted in _crop(crop).widths if wanted <= own]
    return fitting if len(fitting) == len(_crop(crop).widths) else sorted({*fitting, own})


def height_at(crop, print_width, width, height):
    """How high a print of that width is."""
    across, down = _crop(crop).ratio or (width, height)
    return max(1, round(print_width * down / across))


def prints(sha256, width, height, *, focal=(50, 50), is_transparent=False, crops=tuple(CROPS)):
    """Every print of a picture, in the crops named; of a crop the smallest first.

    A transparent picture gets PNG where another gets JPEG, but what goes to other sites is JPEG
    always, on white.
    """
    return [
        one
        for crop in crops
        for one in _prints(crop, sha256, width, height, tuple(focal), is_transparent)
    ]


def first_prints(sha256, width, height, *, is_transparent=False):
    """The prints that `examine` makes: the whole picture, so that something is there at once."""
    return list(_prints("first", sha256, width, height, (50, 50), is_transparent))


def _crop(name):
    return FIRST if name == "first" else CROPS[name]


def _inside(start, room):
    return max(0, min(room, round(start)))


@lru_cache(maxsize=4096)
def _prints(crop, sha256, width, height, focal, is_transparent):
    ratio = _crop(crop).ratio
    place = "" if ratio is None else f"-{focal[0]}-{focal[1]}"
    start = f"renditions/{sha256[:2]}/{sha256[:24]}-{crop}{place}"
    recipe = "" if crop == "first" else f"-r{RECIPE_VERSION}"  # the first outlive every recipe
    cut = box(crop, width, height, focal)
    made = []
    for print_width in widths(crop, width, height):
        for kind in _crop(crop).formats:
            shown = "PNG" if is_transparent and kind == "JPEG" and crop != "social" else kind
            name = f"{start}-{print_width}{recipe}.{SUFFIXES[shown]}"
            print_height = height_at(crop, print_width, width, height)
            made.append(Print(crop, print_width, print_height, shown, cut, name))
    return tuple(made)
