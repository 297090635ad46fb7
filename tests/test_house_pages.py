"""Pages about the house: about, contact, privacy, at addresses like a section's."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from articles.models import Page, Section
from tests.factories import make_admin, make_picture, make_section, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ADD = "/admin/articles/page/add/"


@pytest.fixture
def owner(client):
    client.force_login(make_admin("owner"))
    return client


def told(**changes):
    return {"title": "Privacy", "language": "en", "position": "30", "is_in_footer": "on"} | changes


def test_a_fresh_paper_has_a_page_about_itself_and_how_to_reach_it(client, printed):
    call_command("loaddata", "initial_stories", verbosity=0)
    front = client.get("/").content.decode()
    for address, title in (("/about/", "About us"), ("/contact/", "Contact")):
        assert f'href="{address}"' in front
        page = client.get(address).content.decode()
        assert f"<h1>{title}</h1>" in page
        assert f"<title>{title} | Newsroom</title>" in page
        assert f'<link rel="canonical" href="http://localhost:8000{address}">' in page


def test_loading_again_leaves_what_the_owner_wrote(printed):
    call_command("loaddata", "initial_stories", verbosity=0)
    Page.objects.filter(slug="about").update(title="Who we are")
    call_command("loaddata", "initial_stories", verbosity=0)
    assert Page.objects.get(slug="about").title == "Who we are"


def test_a_page_is_made_at_the_desk_and_stands_below_every_page(owner, client):
    picture = make_picture()
    body = (
        '<p onclick="x()">We ask nothing of readers.</p>'
        f'<figure data-image="{picture.code}"></figure><script>alert(1)</script>'
    )
    assert owner.post(ADD, told(body=body)).status_code == 302
    client.logout()
    page = client.get("/privacy/").content.decode()
    assert "<p>We ask nothing of readers.</p>" in page
    assert picture.large.url in page
    assert "alert(1)" not in page
    assert '<a href="/privacy/"><bdi>Privacy</bdi></a>' in client.get("/").content.decode()
    Page.objects.update(is_in_footer=False)
    assert "/privacy/" not in client.get("/").content.decode()
    assert client.get("/privacy/").status_code == 200


def test_a_page_in_another_language_says_so(client):
    Page.objects.create(title="من نحن", slug="من-نحن", language="ar", body="<p>نحن الجريدة.</p>")
    page = client.get("/من-نحن/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page


@pytest.mark.parametrize("slug", ["search", "admin", "b4c5d"])
def test_a_page_takes_no_address_of_the_site_and_no_short_url(owner, slug):
    assert owner.post(ADD, told(slug=slug)).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(title="Privacy", slug=slug)


def test_a_page_and_a_section_do_not_share_an_address(owner):
    make_section("World")
    refused = owner.post(ADD, told(slug="world")).content.decode()
    assert "That address belongs to the section “World”. Choose another." in refused
    Page.objects.create(title="About us", slug="about")
    with pytest.raises(ValidationError, match="belongs to the page “About us”"):
        Section(name="About", slug="about").full_clean()


def test_pages_are_for_administrators(client):
    page = Page.objects.create(title="About us", slug="about")
    change = f"/admin/articles/page/{page.pk}/change/"
    for name, group, status in (("ed", "Senior editors", 403), ("ada", "Administrators", 200)):
        client.force_login(make_user(name, group))
        assert client.get(change).status_code == status
    bar = client.get("/about/").content.decode()
    assert f'href="{change}"' in bar


def test_a_page_is_written_in_the_direction_of_its_language(owner):
    def form(page):
        return owner.get(f"/admin/articles/page/{page.pk}/change/").context["adminform"].form

    arabic = Page.objects.create(title="من نحن", slug="من-نحن", language="ar")
    english = Page.objects.create(title="Who we are", slug="who-we-are")
    for page, way in ((arabic, "rtl"), (english, "ltr")):
        for name in ("title", "body"):
            written = str(form(page)[name])
            assert f'dir="{way}"' in written
            assert f'lang="{page.language}"' in written
