"""Which embedded addresses can be shown in the page, and by which player. Plain Python.

Nothing here asks another site: a player is known by the form of an address alone, and no reader's
browser asks for it before the reader does. Every other address stays a plain link. So do posts of
Mastodon, which lives on any host, unless the newsroom names the host in the setting EMBED_HOSTS.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

GOOGLE = re.compile(r"(www\.|maps\.)?google(\.[a-z]{2,3}){1,2}")
TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
TILE = 512  # pixels of a map's width that the degrees of a zoom level are reckoned for


@dataclass(frozen=True)
class Player:
    """What a reader may load in the place of a card."""

    site: str  # as readers call it
    kind: str  # "video", "post", "sound" or "map"
    address: str  # of what is shown in a frame
    shape: str = ""  # "upright" for a video that stands

    @property
    def host(self):
        """Where the frame comes from, as a content security policy names it."""
        return f"https://{urlsplit(self.address).hostname}"


def player(address, hosts=()):
    """The player for an address, or nothing: then it is a link. `hosts` may be Mastodon's."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    if host in SITES:
        return SITES[host](parts, one_of_each(parts.query))
    if GOOGLE.fullmatch(host) and (host.startswith("maps.") or parts.path.startswith("/maps")):
        return google_map(parts, one_of_each(parts.query))
    if host in {name.removeprefix("www.") for name in hosts}:
        return mastodon(parts)
    return None


def one_of_each(query):
    try:
        return {name: values[0] for name, values in parse_qs(query, max_num_fields=50).items()}
    except ValueError:
        return {}


def youtube(parts, query):
    if parts.hostname.endswith("youtu.be"):
        name, kind = parts.path[1:], ""
    else:
        found = re.fullmatch(r"/(live|shorts|embed|v)/([^/]+)/?", parts.path)
        kind, name = found.groups() if found else ("", query.get("v", ""))
    start = seconds(query.get("t") or query.get("start") or "")
    if re.fullmatch(r"[\w-]{11}", name, re.ASCII):
        address = f"https://www.youtube-nocookie.com/embed/{name}"
        address += f"?start={start}" if start else ""
        return Player("YouTube", "video", address, "upright" if kind == "shorts" else "")
    if parts.path == "/playlist" and re.fullmatch(r"[\w-]{12,64}", query.get("list", ""), re.ASCII):
        address = f"https://www.youtube-nocookie.com/embed/videoseries?list={query['list']}"
        return Player("YouTube", "video", address)
    return None


def seconds(time):
    """Of "90", "90s" or "1m30s"."""
    found = TIME.fullmatch(time[:12])
    hours, minutes, rest = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + rest


def vimeo(parts, query):
    found = re.search(r"/(\d{5,12})(?:/([0-9a-f]{6,20}))?/?$", parts.path, re.ASCII)
    if not found:
        return None
    number, key = found[1], found[2] or query.get("h", "")
    key = f"&h={key}" if re.fullmatch("[0-9a-f]{6,20}", key) else ""
    return Player("Vimeo", "video", f"https://player.vimeo.com/video/{number}?dnt=1{key}")


def x(parts, query):
    found = re.match(r"/(?:\w+|i/web)/status(?:es)?/(\d{1,20})(?:/|$)", parts.path, re.ASCII)
    if not found:
        return None
    address = f"https://platform.twitter.com/embed/Tweet.html?dnt=true&id={found[1]}"
    return Player("X", "post", address)


def bluesky(parts, query):
    found = re.fullmatch(r"/profile/([\w.:-]+)/post/(\w+)/?", parts.path, re.ASCII)
    if not found:
        return None
    address = f"https://embed.bsky.app/embed/{found[1]}/app.bsky.feed.post/{found[2]}"
    return Player("Bluesky", "post", address)


def mastodon(parts):
    found = re.fullmatch(r"(/@[\w.-]+(?:@[\w.-]+)?/\d+)(?:/embed)?/?", parts.path, re.ASCII)
    if not found:
        return None
    return Player(parts.hostname, "post", f"https://{parts.hostname}{found[1]}/embed")


def instagram(parts, query):
    found = re.fullmatch(r"(?:/[\w.]+)?/(p|reel|tv)/([\w-]+)(?:/embed)?/?", parts.path, re.ASCII)
    if not found:
        return None
    return Player("Instagram", "post", f"https://www.instagram.com/{found[1]}/{found[2]}/embed/")


def tiktok(parts, query):
    found = re.match(r"/@[\w.-]+/video/(\d{1,20})(?:/|$)", parts.path, re.ASCII)
    if not found:
        return None
    return Player("TikTok", "video", f"https://www.tiktok.com/player/v1/{found[1]}", "upright")


def soundcloud(parts, query):
    found = re.fullmatch(r"/[\w-]+/(?:sets/)?[\w-]+/?", parts.path, re.ASCII)
    if not found:
        return None
    track = quote(f"https://soundcloud.com{parts.path}", safe="")
    return Player("SoundCloud", "sound", f"https://w.soundcloud.com/player/?url={track}")


def open_street_map(parts, query):
    if parts.path == "/export/embed.html" and "bbox" in query:
        told = {name: query[name] for name in ("bbox", "layer", "marker") if name in query}
        return street_map(told)
    found = re.search(r"map=(\d{1,2})/(-?[\d.]{1,20})/(-?[\d.]{1,20})", parts.fragment)
    zoom = found[1] if found else query.get("zoom", "14")
    marked = (query.get("mlat"), query.get("mlon"))
    middle = (found[2], found[3]) if found else marked
    try:
        lat, lon = float(middle[0]), float(middle[1])
        mark = ",".join(f"{float(part):g}" for part in marked if part)
        degrees = TILE / 256 * 360 / 2 ** min(int(zoom), 19)
    except (TypeError, ValueError):
        return None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return None
    half = degrees / 2
    box = (lon - half, max(lat - half / 2, -90), lon + half, min(lat + half / 2, 90))
    told = {"bbox": ",".join(f"{side:.5f}" for side in box), "layer": "mapnik"}
    return street_map(told | ({"marker": mark} if mark.count(",") == 1 else {}))


def street_map(told):
    address = f"https://www.openstreetmap.org/export/embed.html?{urlencode(told)}"
    return Player("OpenStreetMap", "map", address)


def google_map(parts, query):
    if parts.path == "/maps/embed" and "pb" in query:
        told = urlencode({"pb": query["pb"]})
        return Player("Google Maps", "map", f"https://www.google.com/maps/embed?{told}")
    named = re.match(r"/maps/(?:place|search)/([^/@]+)", parts.path)
    at = re.search(r"/@(-?[\d.]{1,20}),(-?[\d.]{1,20}),([\d.]{1,5})z", parts.path)
    spot = f"{at[1]},{at[2]}" if at else ""
    place = unquote(named[1]).replace("+", " ") if named else query.get("q", "") or spot
    if not place:
        return None
    told = {"q": place} | ({"ll": spot, "z": at[3]} if at else {}) | {"output": "embed"}
    return Player("Google Maps", "map", f"https://www.google.com/maps?{urlencode(told)}")


SITES = {
    **dict.fromkeys(
        ("youtube.com", "m.youtube.com", "youtu.be", "youtube-nocookie.com"),
        youtube,
    ),
    **dict.fromkeys(("vimeo.com", "player.vimeo.com"), vimeo),
    **dict.fromkeys(("x.com", "twitter.com", "mobile.twitter.com"), x),
    "bsky.app": bluesky,
    "instagram.com": instagram,
    **dict.fromkeys(("tiktok.com", "m.tiktok.com"), tiktok),
    **dict.fromkeys(("soundcloud.com", "m.soundcloud.com"), soundcloud),
    "openstreetmap.org": open_street_map,
}
