"""Processes that die where they happen to be: nothing answered is lost, and nothing comes twice."""

import http.client
import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from PIL import Image as PillowImage

from articles import publishing, renditions, scheduling, uploads
from articles.models import Image, Kind, ScheduledPublication
from tests.factories import make_article, make_draft, make_user

SAVERS, SAVES = 6, 36
chance = Random()  # noqa: S311  where a process dies is meant to differ
PATIENCE = 60  # seconds
State = ScheduledPublication.State
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (Path("/proc").is_dir() or os.environ.get("CI")),  # CI never skips them
        reason="NO /proc: no process was killed.",
    ),
]


@pytest.fixture
def start():
    """A function that starts a command as a process of its own, on the database of the tests."""
    started = []

    def start(*command, **how):
        process = subprocess.Popen(
            [sys.executable, *command],
            env=os.environ
            | {
                "DATABASE_URL": address_of_the_database(),
                "DJANGO_SETTINGS_MODULE": "newsroom.settings",  # with the secret key of these tests
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            **how,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        for pid in [*children(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def address_of_the_database():
    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{said['NAME']}"
    who = urllib.parse.quote(said["USER"] or "") + (f":{said['PASSWORD']}" * bool(said["PASSWORD"]))
    return f"postgres://{who}@{said['HOST']}:{said['PORT'] or 5432}/{said['NAME']}"


def children(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def test_workers_killed_at_any_point_publish_everything_once(start):
    articles = [make_article(f"Story {number}") for number in range(40)]
    for article in articles:
        at = timezone.now() + timedelta(hours=1)
        scheduling.schedule(article, {"kicker": "Port"}, by=None, at=at, kind=Kind.UPDATE)
    ScheduledPublication.objects.update(at=timezone.now())  # the moment comes
    DBTaskResult.objects.update(run_after=timezone.now())
    for _time in range(2):  # two at a time, each killed where it happens to be
        pair = [start("manage.py", "worker") for _ in range(2)]
        before = done()
        assert soon(lambda before=before: done() > before)
        time.sleep(chance.uniform(0, 0.1))
        for process in pair:
            process.send_signal(signal.SIGKILL)
            process.wait()
    start("manage.py", "worker")
    assert soon(lambda: not ScheduledPublication.objects.waiting().exists())
    assert done() == len(articles)
    for article in articles:
        article.refresh_from_db()
        assert article.kicker == "Port"
        assert article.revisions.filter(kind=Kind.UPDATE).count() == 1


def done():
    return ScheduledPublication.objects.filter(state=State.DONE).count()


def soon(is_so):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return False


class Saver:
    """An editor who saves one story again and again, whatever becomes of the server."""

    def __init__(self, site, article, user):
        self.address = f"{site}/admin/articles/article/{article.pk}/change/"
        client = Client()
        client.force_login(user)
        self.jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )
        session, nothing = client.cookies["session"].value, (None, False)
        host, path = ("127.0.0.1", True, False), ("/", True)
        self.jar.set_cookie(
            http.cookiejar.Cookie(
                *(0, "session", session, *nothing, *host, *path, False, None, False, None, None, {})
            )
        )

    def read(self, address, told=None):
        data = urllib.parse.urlencode(told).encode() if told is not None else None
        with self.browser.open(address, data, timeout=PATIENCE) as answer:
            self.arrived = answer.url
            return answer.read().decode()

    def save(self, kicker):
        """Returns whether it was "accepted", "refused", or not answered at all."""
        try:
            page = self.read(self.address)
            told = {
                name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]
                for name in ("csrfmiddlewaretoken", "started_from", "language")
                if re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
            }
            told |= {"headline": "Port to open", "kicker": kicker, "language": "en"}
            page = self.read(self.address, told | {"_save_draft": ""})
        except (OSError, http.client.HTTPException):
            return None
        if "/together/" in self.arrived:
            return "refused"
        assert "Saved. Only the desk sees it." in page, re.findall("error.{,200}", page)[:9]
        return "accepted"


def test_saves_that_were_answered_outlive_servers_that_are_killed(start):
    article = make_draft()
    publishing.adopt(article)
    people = [make_user(f"saver{number}") for number in range(SAVERS)]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        web = start(
            *("-m", "gunicorn", "newsroom.wsgi", "--bind", f"fd://{listener.fileno()}"),
            *("--workers", "2", "--worker-class", "gthread", "--threads", "4"),
            pass_fds=[listener.fileno()],
        )
        site, waiting, answers = f"http://127.0.0.1:{port}", list(range(SAVES)), {}
        savers = [Saver(site, article, user) for user in people]
        threads = [
            threading.Thread(target=work, args=(saver, waiting, answers)) for saver in savers
        ]
        for thread in threads:
            thread.start()
        for _time in range(3):
            before = len(answers)
            assert soon(lambda before=before: len(answers) > before + 6 or not waiting)
            time.sleep(chance.uniform(0, 0.2))
            os.kill(chance.choice(children(web.pid)), signal.SIGKILL)
        for thread in threads:
            thread.join()
    article.refresh_from_db()
    versions = list(article.revisions.order_by("number"))
    assert [version.number for version in versions] == list(range(1, article.version + 1))
    kept = {version.content["kicker"]: version.kind for version in versions}
    told = {f"Saver {number}": answer for number, answer in answers.items() if answer}
    assert {kicker for kicker, answer in told.items() if answer == "accepted"} <= {
        kicker for kicker, kind in kept.items() if kind == Kind.DRAFT
    }
    assert {kicker for kicker, answer in told.items() if answer == "refused"} <= {
        kicker for kicker, kind in kept.items() if kind == Kind.REFUSED
    }
    assert len(told) > SAVES / 2


def work(saver, waiting, answers):
    while waiting:
        with suppress(IndexError):
            number = waiting.pop()
            answers[number] = saver.save(f"Saver {number}")


# Prints of pictures


@pytest.fixture
def same_files(settings):
    """Processes that are started keep pictures where these tests do."""
    settings.MEDIA_ROOT = settings.DATA / "media"
    settings.ORIGINALS_ROOT = settings.DATA / "originals"
    yield
    for folder in (settings.MEDIA_ROOT, settings.ORIGINALS_ROOT):
        shutil.rmtree(folder, ignore_errors=True)


def photograph(width, height):
    """A JPEG with as much in it as a photograph has, and no two alike."""
    grain = PillowImage.effect_noise((width // 4, height // 4), 60).resize((width, height))
    light = PillowImage.radial_gradient("L").resize((width, height))
    picture = PillowImage.merge("RGB", (grain, light, PillowImage.blend(grain, light, 0.5)))
    file = BytesIO()
    picture.save(file, "JPEG", quality=88)
    return ContentFile(file.getvalue(), name="photograph.jpg")


def pictures_on(address):
    """Every file that a page names: in src and srcset, and for those whom it is shared with."""
    page = Client().get(address).content.decode()
    found = set(re.findall(r"/media/[^\s\"',)]+", page))
    assert found, page
    return found


def assert_whole(address):
    """It is there, and all of it can be decoded."""
    answer = Client().get(address)
    assert answer.status_code == 200, address
    with PillowImage.open(BytesIO(b"".join(answer))) as picture:
        picture.load()


@pytest.mark.once
def test_workers_killed_among_prints_leave_no_half_of_any(start, same_files):
    pages = ["/"]
    for number in range(4):
        image = uploads.add(photograph(960, 600), by=None, credit="Dana Ruiz", alt_text="A boat")
        pages.append(make_article(f"Story {number}", lead_image=image).get_absolute_url())
    for _time in range(3):  # two at a time, each killed where it happens to be
        before = begun()
        pair = [start("manage.py", "worker") for _ in range(2)]
        assert soon(lambda before=before: begun() > before + 1 or not unprinted())
        time.sleep(chance.uniform(0, 0.8))
        for process in pair:
            process.send_signal(signal.SIGKILL)
            process.wait()
        for address in set.union(*map(pictures_on, pages)):
            assert_whole(address)
    start("manage.py", "worker")
    while unprinted():  # and while they are made, too
        for address in pictures_on(chance.choice(pages)):
            assert_whole(address)
        time.sleep(0.1)
    named = set.union(*map(pictures_on, pages))
    assert sum(address.endswith(".avif") for address in named) > 4
    for address in named:
        assert_whole(address)
    call_command("renditions", stdout=StringIO(), stderr=(told := StringIO()))
    assert not told.getvalue()


def begun():
    """How often a worker has taken up a picture."""
    tasks = DBTaskResult.objects.filter(task_path=renditions.make.module_path)
    return tasks.exclude(status=TaskResultStatus.READY).count()


def unprinted():
    return Image.objects.unprinted().exists()


@pytest.mark.once
def test_what_is_due_does_not_wait_for_pictures(start, same_files):
    for _time in range(3):
        uploads.add(photograph(4000, 3000), by=None)
    article = make_article()
    start("manage.py", "worker")
    assert soon(lambda: DBTaskResult.objects.running().exists())
    at = timezone.now() + timedelta(seconds=2)
    scheduling.schedule(article, {"kicker": "Port"}, by=None, at=at, kind=Kind.UPDATE)
    assert soon(lambda: done() == 1)
    assert unprinted()  # the worker has not finished with them


@pytest.mark.once
def test_a_worker_that_is_asked_to_stop_puts_its_prints_aside_for_the_next(start, same_files):
    image = uploads.add(photograph(4000, 3000), by=None)
    worker = start("manage.py", "worker")
    assert soon(lambda: darkrooms(worker.pid))
    (darkroom,) = darkrooms(worker.pid)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert not Path(f"/proc/{darkroom}").exists()
    assert image.pk in Image.objects.unprinted().values_list("pk", flat=True)
    assert DBTaskResult.objects.ready().filter(task_path=renditions.make.module_path).exists()
    assert not DBTaskResult.objects.failed().exists()


def darkrooms(pid):
    return [
        child
        for thread in Path(f"/proc/{pid}/task").glob("*/children")
        for child in thread.read_text().split()
        if "articles.darkroom" in Path(f"/proc/{child}/cmdline").read_text()
    ]
