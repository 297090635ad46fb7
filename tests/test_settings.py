"""Settings: what the environment may say, and the sentence that answers a slip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.once  # these processes are told their settings, whatever ours are


def manage(*words, data, **environment):
    """Run manage.py as a server would, with nothing in the environment but what is given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=kept | {"NEWSROOM_DATA": str(data)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "maybe", "DEBUG must be yes or no, not “maybe”."),
        ("PAGE_LIFETIME", "a while", "PAGE_LIFETIME must be a whole number from 0 up"),
        (
            "SITE_URL",
            "news.example",
            "SITE_URL must look like https://news.example, not “news.example”.",
        ),
        ("SITE_URL", "https://news.example/path", "SITE_URL must look like https://news.example"),
        ("SHORT_URL_BASE", "ftp://nws.example", "SHORT_URL_BASE must look like"),
        ("DATABASE_URL", "oracle://x", "DATABASE_URL must begin with sqlite:/// or postgres://"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must begin with sqlite:/// or postgres://"),
        ("DATABASE_URL", "sqlite:///name.db", "DATABASE_URL must name a whole path"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE must name a zone such as Europe/Berlin"),
        ("LANGUAGE_CODE", "tlh", "LANGUAGE_CODE must be one of en, ar"),
        ("EMAIL_URL", "pigeon://loft", "EMAIL_URL must look like smtp+tls://"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(tmp_path, name, value, sentence):
    result = manage("check", data=tmp_path, **{name: value})
    assert result.returncode != 0
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


BUCKETS = {
    "PRINTS_BUCKET": "paper-prints",
    "ORIGINALS_BUCKET": "paper-originals",
    "PICTURES_URL": "https://pictures.news.example",
}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        *(
            (BUCKETS | {name: ""}, f"{name} is not set. PRINTS_BUCKET, ORIGINALS_BUCKET, PICTURES")
            for name in BUCKETS
        ),
        (BUCKETS | {"PICTURES_URL": "pictures.news.example"}, "PICTURES_URL must look like https:"),
        (BUCKETS | {"ORIGINALS_BUCKET": "paper-prints"}, "readers see all of the first."),
    ],
)
def test_buckets_are_set_up_whole_or_refused_with_a_sentence(tmp_path, told, sentence):
    result = manage("check", data=tmp_path, **told)
    assert result.returncode != 0
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_buckets_without_their_module_are_refused_with_a_sentence(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['storages'] = None")
    result = manage("check", data=tmp_path, PYTHONPATH=str(tmp_path), **BUCKETS)
    assert "need django-storages[s3], which is not installed." in result.stderr
    assert "Traceback" not in result.stderr


def test_a_data_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    result = manage("check", data=tmp_path / "file" / "data")
    assert result.returncode != 0
    assert "cannot be made" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_server_passes_the_deployment_check(tmp_path):
    result = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        data=tmp_path,
        SITE_URL="https://news.example",
    )
    assert result.returncode == 0, result.stderr


def test_the_secret_is_made_once_and_read_by_its_owner_alone(tmp_path):
    for _ in range(2):
        result = manage(
            "shell",
            "-c",
            "from django.conf import settings; print(settings.SECRET_KEY)",
            data=tmp_path,
        )
        assert (tmp_path / "secret_key").read_text() in result.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_no_migration_is_missing(tmp_path):
    result = manage("makemigrations", "--check", "--dry-run", data=tmp_path)
    assert result.returncode == 0, result.stdout


SCANNING = r"""
from django.test import Client
asked = [("/", "evil.example"), ("/media/..%2f..%2fetc/passwd", "localhost")]
for address, host in asked:
    print(Client().get(address, headers={"host": host}).status_code)
"""


def test_a_scanner_leaves_one_quiet_line_at_most_for_each_knock(tmp_path):
    result = manage("shell", "-c", SCANNING, data=tmp_path)
    assert result.stdout.split()[-2:] == ["400", "404"], result
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == 1, result.stderr
    assert "WARNING django.security.DisallowedHost: Invalid HTTP_HOST header" in lines[0]
