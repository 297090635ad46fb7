"""What every test stands on: files of its own, and a fast password hasher."""

import pytest
from django.db import connection

LEFT_OPEN = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


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


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
