"""Embeds: what is known of an address, what readers get, and which frames a page allows."""

import json

import pytest
from django.urls import reverse

from articles import embeds, richtext
from tests.factories import make_article, make_user

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("address", "site", "shown"),
    [
        (VIDEO, "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        (
            "https://youtu.be/dQw4w9WgXcQ?si=x&t=1m30s",
            "YouTube",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=90",
        ),
        (
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
            "YouTube",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ),
        (
            "https://vimeo.com/channels/staffpicks/76979871",
            "Vimeo",
            "https://player.vimeo.com/video/76979871?dnt=1",
        ),
        (
            "https://vimeo.com/76979871/8272103f6e",
            "Vimeo",
            "https://player.vimeo.com/video/76979871?dnt=1&h=8272103f6e",
        ),
        (
            "https://x.com/port_alder/status/1700000000000000000?s=20",
            "X",
            "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1700000000000000000",
        ),
        (
            "https://bsky.app/profile/port.example/post/3kabc2defgh2x",
            "Bluesky",
            "https://embed.bsky.app/embed/port.example/app.bsky.feed.post/3kabc2defgh2x",
        ),
        (
            "https://social.example/@port/110000000000000001",
            "social.example",
            "https://social.example/@port/110000000000000001/embed",
        ),
        (
            "https://www.instagram.com/port.alder/reel/C1_a-b/?igsh=x",
            "Instagram",
            "https://www.instagram.com/reel/C1_a-b/embed/",
        ),
        (
            "https://www.tiktok.com/@port.alder/video/7300000000000000000",
            "TikTok",
            "https://www.tiktok.com/player/v1/7300000000000000000",
        ),
        (
            "https://soundcloud.com/port-alder/sets/dawn",
            "SoundCloud",
            "https://w.soundcloud.com/player/?url="
            "https%3A%2F%2Fsoundcloud.com%2Fport-alder%2Fsets%2Fdawn",
        ),
        (
            "https://www.openstreetmap.org/?mlat=51.5&mlon=-0.1#map=12/51.5/-0.1",
            "OpenStreetMap",
            "https://www.openstreetmap.org/export/embed.html"
            "?bbox=-0.18789%2C51.45605%2C-0.01211%2C51.54395&layer=mapnik&marker=51.5%2C-0.1",
        ),
        (
            "https://www.google.de/maps/place/Port+Alder/@51.5,-0.1,12z/data=!3m1",
            "Google Maps",
            "https://www.google.com/maps?q=Port+Alder&ll=51.5%2C-0.1&z=12&output=embed",
        ),
    ],
)
def test_a_player_is_known_by_the_form_of_an_address(address, site, shown):
    player = embeds.player(address, hosts=["social.example"])
    assert (player.site, player.address) == (site, shown)


@pytest.mark.parametrize(
    "address",
    [
        "https://video.example/port",
        "https://www.youtube.com/@port",
        "https://www.youtube.com/watch?v=<script>",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://other.example/@port/110000000000000001",
        "https://x.com/port_alder",
        "https://www.google.com/search?q=port",
        "https://www.openstreetmap.org/#map=99/nowhere/5",
        "https://www.openstreetmap.org/?mlat=1e999&mlon=0",
        "https://www.openstreetmap.org/?mlat=nan&mlon=nan",
        "https://[youtube.com/watch?v=dQw4w9WgXcQ",
        "javascript://youtube.com/watch?v=dQw4w9WgXcQ",
        "https://vimeo.com/",
        "https://www.youtube.com/?" + "&".join(f"a{n}=1" for n in range(60)),
    ],
)
def test_every_other_address_is_a_link(address):
    assert embeds.player(address, hosts=["social.example"]) is None


def test_a_reader_is_asked_before_a_player_loads():
    card = richtext.render(f'<div data-embed="{VIDEO}"></div>')
    assert "<iframe" not in card
    assert 'data-player="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"' in card
    assert '<button type="button" class="button">Load the video from YouTube</button>' in card
    assert "YouTube then learns of your visit." in card
    assert f'<a href="{VIDEO}" rel="noopener noreferrer">Open on youtube.com</a>' in card
    assert "&lt;" in richtext.render('<div data-embed="https://youtu.be/&lt;b&gt;"></div>')


@pytest.mark.django_db
def test_a_page_allows_the_frames_of_its_own_players_and_no_other(client, settings):
    settings.EMBED_HOSTS = ["social.example"]
    post = "https://social.example/@port/110000000000000001"
    body = f'<div data-embed="{VIDEO}"></div><div data-embed="{post}"></div>'
    page = client.get(make_article(body=body).get_absolute_url())
    policy = page.headers["Content-Security-Policy"].split("; ")
    assert "frame-src https://social.example https://www.youtube-nocookie.com" in policy
    assert "embeds" in page.content.decode()
    plain = client.get(make_article().get_absolute_url())
    assert "frame-src" not in plain.headers["Content-Security-Policy"]  # so 'self', and no other
    assert "embeds" not in plain.content.decode()
    link = client.get(make_article(body='<div data-embed="https://a.example/"></div>'))
    assert "embeds" not in link.content.decode()


@pytest.mark.django_db
def test_the_desk_is_told_what_an_address_will_be(client):
    client.force_login(make_user("editor"))
    ask = reverse("admin:articles_article_embed")
    assert client.get(ask, {"address": VIDEO}).json() == {
        "site": "YouTube",
        "words": "A video from YouTube. Readers load it with a button.",
    }
    for address in ("https://a.example/b", "", "javascript:1", "\x00"):
        told = client.get(ask, {"address": address}).json()
        assert "only a link" in told["words"], address
    assert json.loads(client.get(ask).content)["site"] == ""
