"""What every test stands on: files of its own, and a fast password hasher."""

import pytest


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path_factory):
    """Uploads of a test go to a folder of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
