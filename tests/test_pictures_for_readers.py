"""What pages tell browsers, and other sites, of the pictures that they show."""

import io
import json
import re

import pytest
from django.conf import settings
from PIL import Image as Pillow

from articles.models import Image
from tests.factories import make_article, make_picture

pytestmark = pytest.mark.django_db


def read(client, story):
    return client.get(story.get_absolute_url()).content.decode()


def get_picture(client, address):
    answer = client.get(address.removeprefix(settings.SITE_URL))
    assert answer.status_code == 200, address
    content = b"".join(answer)
    answer.close()
    return Pillow.open(io.BytesIO(content))


def test_a_link_to_a_story_is_shown_with_its_picture_in_the_shape_that_other_sites_want(client):
    page = read(client, make_article(lead_image=make_picture(size=(2400, 1600), prints=True)))
    told = re.findall(r'<meta (?:property|name)="((?:og:image|twitter)\S*)" content="(.*?)"', page)
    address = dict(told).pop("og:image")
    assert dict(told) == {
        "og:image": address,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "A boat",
        "twitter:card": "summary_large_image",
    }
    shown = get_picture(client, address)
    assert (shown.format, shown.size) == ("JPEG", (1200, 630))


def test_search_engines_are_told_of_three_shapes_that_are_there(client):
    page = read(client, make_article(lead_image=make_picture(size=(2400, 1600), prints=True)))
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    sizes = [get_picture(client, shape["url"]).size for shape in told["image"]]
    assert sizes == [(shape["width"], shape["height"]) for shape in told["image"]]
    assert sizes == [(1600, 900), (800, 800), (1600, 1067)]


@pytest.mark.parametrize("prints", [False, True])
def test_no_page_names_a_file_that_is_not_there(client, prints):
    picture = make_picture(prints=prints)
    body = f'<p>Dawn.</p><figure data-image="{picture.code}"></figure><p>Noon.</p>'
    story = make_article(body=body, lead_image=picture)
    make_article("Boat", lead_image=picture)
    pages = client.get("/").content.decode() + read(client, story)
    named = set(re.findall(r'/media/[^\s",\\]+', pages))
    assert len(named) >= (12 if prints else 2)
    for address in named:
        get_picture(client, address)


def test_only_the_lead_is_fetched_before_all_others_and_what_is_far_down_waits(client):
    picture = make_picture(prints=True)
    for n in range(12):
        make_article(f"Boat {n}", lead_image=picture)
    images = re.findall(r"<img[^>]*>", client.get("/").content.decode())
    assert ['fetchpriority="high"' in img for img in images] == [True, *[False] * (len(images) - 1)]
    assert ['loading="lazy"' in img for img in images[:3]] == [False] * 3
    assert all('loading="lazy"' in img for img in images[3:])
    river = re.findall(r"<img[^>]*>", client.get("/world/").content.decode())
    assert ['loading="lazy"' in img for img in river[:4]] == [False] * 4
    assert all('loading="lazy"' in img for img in river[4:])
    assert len(river) > 4


def test_a_transparent_picture_has_white_behind_it_and_another_its_main_colour(client):
    picture = make_picture()
    Image.objects.filter(pk=picture.pk).update(tone="#cc3300")
    story = make_article(lead_image=picture)
    assert '<img class="tone r4 g1 b0"' in read(client, story)
    Image.objects.filter(pk=picture.pk).update(tone="", is_transparent=True)
    assert '<img class="clear"' in read(client, story)
