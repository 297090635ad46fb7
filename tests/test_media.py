"""Prints, as the newsroom hands them out itself: types, caching, ranges, and nothing besides."""

import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NAME = "renditions/ab/ab12-lead-50-50-800-r1.avif"
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def address():
    default_storage.save(NAME, ContentFile(CONTENT))
    return default_storage.url(NAME)


def get(client, address, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.get(address, headers={"accept-encoding": "gzip, br"} | headers)
    return response, b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize(
    ("suffix", "kind"), [("avif", "image/avif"), ("jpg", "image/jpeg"), ("png", "image/png")]
)
def test_a_print_is_kept_for_a_year_and_is_nothing_but_a_picture(client, suffix, kind):
    name = f"renditions/ab/ab12-full-800-r1.{suffix}"
    default_storage.save(name, ContentFile(CONTENT))
    response, body = get(client, default_storage.url(name))
    assert body == CONTENT
    headers = response.headers
    assert headers["Content-Type"] == kind
    assert headers["Content-Length"] == str(len(CONTENT))
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for header in ("Content-Encoding", "Set-Cookie", "Vary"):
        assert header not in headers


def test_whoever_has_a_print_is_told_so(client, address):
    first, _body = get(client, address)
    etag = first.headers["ETag"]
    assert not etag.startswith("W/")
    for told in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        response, body = get(client, address, if_none_match=told)
        assert (response.status_code, body) == (304, b"")
        assert response.headers["ETag"] == etag
        assert "immutable" in response.headers["Cache-Control"]
    since = first.headers["Last-Modified"]
    assert get(client, address, if_modified_since=since)[0].status_code == 304
    assert get(client, address, if_none_match='"other"')[1] == CONTENT
    assert get(client, address, if_match='"other"')[0].status_code == 412


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, len(CONTENT) - 1),
        ("bytes=-10", len(CONTENT) - 10, len(CONTENT) - 1),
        ("bytes=-999999", 0, len(CONTENT) - 1),
        (f"bytes={len(CONTENT) - 1}-99999999", len(CONTENT) - 1, len(CONTENT) - 1),
    ],
)
def test_a_part_of_a_print_is_given(client, address, asked, first, last):
    response, body = get(client, address, range=asked)
    assert response.status_code == 206
    assert body == CONTENT[first : last + 1]
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert response.headers["Content-Length"] == str(len(body))
    assert response.headers["Content-Type"] == "image/avif"


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=999999-9999999", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(client, address, asked):
    response, body = get(client, address, range=asked)
    assert (response.status_code, body) == (416, b"")
    assert response.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=5-2", "bytes=a-b", "bytes=-", "lines=0-1", "bytes=٠-١", "0-1"]
)
def test_a_range_that_we_do_not_understand_is_the_whole_print(client, address, asked):
    response, body = get(client, address, range=asked)
    assert (response.status_code, body) == (200, CONTENT)


def test_the_rest_is_given_only_to_those_who_have_the_beginning(client, address):
    known = get(client, address)[0].headers
    for told in (known["ETag"], known["Last-Modified"]):
        assert get(client, address, range="bytes=5-9", if_range=told)[1] == CONTENT[5:10]
    for told in ('"other"', f"W/{known['ETag']}", "Thu, 01 Jan 1970 00:00:00 GMT", ""):
        assert get(client, address, range="bytes=5-9", if_range=told)[1] == CONTENT


def test_head_tells_all_but_the_picture(client, address):
    got, _body = get(client, address)
    head = client.head(address, headers={"range": "bytes=0-1"})
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.items()) == dict(got.items())
    assert client.post(address).status_code == 405


def test_nothing_else_is_given_and_nobody_keeps_that_for_long(client, address):
    root = Path(settings.MEDIA_ROOT)
    (root / "plain.jpg").write_bytes(CONTENT)
    (root / "renditions" / "ab" / ".hidden.jpg").write_bytes(CONTENT)
    (root / "renditions" / "ab" / "ab12-full-800-r1.jpg.1f3a.part").write_bytes(CONTENT)
    (root / "renditions" / "ab" / "page.html").write_bytes(CONTENT)
    (root / "renditions" / "ab" / "folder.jpg").mkdir()
    (root / "renditions" / "cd").write_bytes(CONTENT)
    (root.parent / "outside.jpg").write_bytes(CONTENT)
    for name in (
        *("", "plain.jpg", "renditions", "renditions/", "renditions/ab/", "renditions/ab"),
        *("renditions/ab/.hidden.jpg", "renditions/ab/ab12-full-800-r1.jpg.1f3a.part"),
        *("renditions/ab/page.html", "renditions/ab/folder.jpg", "renditions/cd/x.jpg"),
        *("renditions/ab/not-there.jpg", f"{NAME}/", f"{NAME}%00.jpg", f"{NAME}%0a"),
        *("../outside.jpg", "renditions/ab/../../../outside.jpg", "renditions/..%2foutside.jpg"),
        *("%2e%2e/outside.jpg", "//etc/passwd", "renditions/ab/" + "a" * 4000 + ".jpg"),
    ):
        response = client.get(f"/media/{name}")
        assert response.status_code == 404, name
        assert "max-age=31536000" not in response.headers["Cache-Control"], name


def test_somebody_at_the_desk_gets_the_same(admin_client, address):
    response, body = get(admin_client, address)
    assert body == CONTENT
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "server",
    [
        ["-m", "gunicorn", "newsroom.wsgi", "--threads", "2", "--bind"],
        ["manage.py", "runserver", "--noreload"],
    ],
    ids=["gunicorn", "runserver"],
)
def test_servers_send_prints_as_they_are(tmp_path, server):
    path = tmp_path / "media" / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *server, f"127.0.0.1:{port}"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "NEWSROOM_DATA": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path}/newsroom.sqlite3",
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with closing(connected(port)) as web:
            for method, headers, status, expected in (
                ("GET", {}, 200, CONTENT),
                ("HEAD", {}, 200, b""),
                ("GET", {"Range": "bytes=3-7"}, 206, CONTENT[3:8]),
                ("GET", {"Range": "bytes=99999-"}, 416, b""),
                ("GET", {"If-None-Match": "*"}, 304, b""),
                ("GET", {}, 200, CONTENT),
            ):
                web.request(method, f"/media/{NAME}", headers={"Accept-Encoding": "gzip"} | headers)
                answer = web.getresponse()
                assert (answer.status, answer.read()) == (status, expected)
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                if method == "HEAD":
                    assert answer.headers["Content-Length"] == str(len(CONTENT))
    finally:
        process.terminate()
        process.wait()


def connected(port):
    """A connection to a server that has just been started."""
    for _time in range(600):
        try:
            web = HTTPConnection("127.0.0.1", port, timeout=60)
            web.connect()
        except OSError:
            time.sleep(0.1)
        else:
            return web
    raise AssertionError("The server did not start.")
