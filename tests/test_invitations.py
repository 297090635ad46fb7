"""People come to the desk by a link, and accounts are closed without taking names from stories."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import roles
from tests.factories import PASSWORD, make_admin, make_article, make_author, make_section, make_user

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/auth/user/add/", "/admin/auth/user/"


@pytest.fixture
def boss(client):
    client.force_login(make_user("boss", "Administrators"))
    return client


def told(**changes):
    reporters = Group.objects.get(name="Reporters")
    new = {"username": "nia", "is_staff": "on"}
    return new | {"groups": [reporters.pk]} | changes


def link_in(page):
    return re.search(r"http://localhost:8000(/admin/welcome/[^<\"]+)", page)[1]


def come_in(link, password=PASSWORD):
    """Follow the link in a browser of one's own, and choose a password."""
    person = Client()
    place = person.get(link, follow=True).redirect_chain[-1][0]
    return person.post(place, {"new_password1": password, "new_password2": password})


def test_a_new_colleague_gets_a_link_chooses_a_password_and_signs_in(boss):
    page = boss.post(ADD, told()).content.decode()
    nia = User.objects.get(username="nia")
    assert not nia.has_usable_password()
    assert come_in(link_in(page)).url == "/admin/login/"
    nia.refresh_from_db()
    assert nia.check_password(PASSWORD)
    again = Client().get(link_in(page), follow=True).content.decode()
    assert "This link leads nowhere" in again


def test_a_new_link_ends_the_one_before_and_none_lasts_for_ever(boss, settings):
    first = link_in(boss.post(ADD, told()).content.decode())
    nia = User.objects.get(username="nia")
    second = link_in(boss.post(f"/admin/auth/user/{nia.pk}/invite/").content.decode())
    assert "This link leads nowhere" in Client().get(first, follow=True).content.decode()
    assert "Keep this password" in Client().get(second, follow=True).content.decode()
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link leads nowhere" in Client().get(second, follow=True).content.decode()


def test_two_people_do_not_sign_in_with_one_name(boss):
    make_user("Nia")
    assert "Somebody signs in with that name already." in boss.post(ADD, told()).content.decode()


def test_a_weak_password_is_refused_with_the_reason(boss):
    link = link_in(boss.post(ADD, told()).content.decode())
    assert "This password is too short." in come_in(link, "short").content.decode()


def test_a_link_is_mailed_where_mail_is_set_up(boss, settings):
    boss.post(ADD, told(email="nia@news.example"))
    assert mail.outbox == []
    settings.EMAIL_HOST = "mail.example"
    nia = User.objects.get(username="nia")
    page = boss.post(f"/admin/auth/user/{nia.pk}/invite/").content.decode()
    assert "Mailed to" in page
    assert link_in(page) in mail.outbox[0].body
    assert mail.outbox[0].to == ["nia@news.example"]


def test_nobody_invites_to_an_account_that_may_do_more(boss):
    owner = make_admin("owner")
    assert boss.post(f"/admin/auth/user/{owner.pk}/invite/").status_code == 403
    with pytest.raises(PermissionDenied, match="what yours may not"):
        roles.invite(owner, by=User.objects.get(username="boss"))


def test_a_closed_account_comes_in_no_more_and_its_name_stays(boss):
    nia = make_user("nia", "Reporters")
    article = make_article(authors=[make_author("Nia Park", user=nia)])
    inside = Client()
    inside.force_login(nia)
    page = boss.post(LIST, {"action": "close", "_selected_action": [nia.pk]}, follow=True)
    assert "Closed: nia." in page.content.decode()
    assert inside.get("/admin/").status_code == 302
    assert "Nia Park" in boss.get(article.get_absolute_url()).content.decode()
    with pytest.raises(PermissionDenied, match="closed"):
        roles.invite(User.objects.get(username="nia"), by=None)


def test_nobody_closes_their_own_account_or_a_greater_one(boss):
    owner, me = make_admin("owner"), User.objects.get(username="boss")
    chosen = {"action": "close", "_selected_action": [owner.pk, me.pk]}
    page = boss.post(LIST, chosen, follow=True).content.decode()
    assert "Nobody closes their own account." in page
    assert "This account may do what yours may not." in page
    assert User.objects.filter(is_active=True).count() == 2


def test_the_list_says_who_does_what_and_where(boss):
    seen = timezone.now() - timedelta(days=400)
    make_user("nia", "Editors", sections=[make_section("Sport")], last_login=seen)
    page = boss.get(LIST).content.decode()
    row = page.split(">nia<")[1].split("</tr>")[0]
    assert "Editors" in row
    assert "Sport" in row
    assert str(seen.year) in row


def test_the_list_of_accounts_asks_as_much_for_thirty_as_for_three(boss):
    def asked(numbers):
        for number in numbers:
            make_user(f"person-{number}", sections=[make_section("Sport")])
        with CaptureQueriesContext(connection) as queries:
            boss.get(LIST)
        return len(queries)

    few = asked(range(3))
    assert asked(range(3, 30)) == few


def test_roles_are_chosen_by_what_their_people_do(boss):
    page = boss.get(ADD).content.decode()
    assert "Write their own drafts and send them to review." in page
    group = Group.objects.get(name="Editors")
    rights = boss.get(f"/admin/auth/group/{group.pk}/change/").content.decode()
    assert "<label>Stories</label>" in rights
    assert "Publish, update and withdraw stories" in rights
