"""What every test stands on: files of its own, and a fast password hasher."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

SHARED = ("first_day", "by_hand")  # newsrooms that take long to make and serve several tests
LEFT_OPEN = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """Tests that share a newsroom run in one process; all others in whichever is free."""
    for item in items:
        for name in SHARED:
            if name in item.fixturenames:
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session", autouse=True)
def no_session_is_left_open(django_db_setup, django_db_blocker):
    """PostgreSQL drops no database in use, and a browser that left may still use it."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(LEFT_OPEN)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path_factory):
    """Uploads of a test go to a folder of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    settings.ORIGINALS_ROOT = tmp_path_factory.mktemp("originals")


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """A folder for prints that serve several tests, whichever process of this run they are in."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    (folder / "shelf").mkdir(exist_ok=True)
    return folder / "shelf"


@pytest.fixture
def printed(settings, shelf):
    """The first prints of the paper's pictures: made by the first test that needs them."""
    media = Path(settings.MEDIA_ROOT)
    shutil.copytree(shelf, media, dirs_exist_ok=True)
    yield
    for made in media.rglob("*.*"):
        place = shelf / made.relative_to(media)
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            place.hardlink_to(made)  # all of it at once, since another process may be reading


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
