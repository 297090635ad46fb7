"""Pictures in buckets of a server that speaks as S3 does, which is moto's."""

import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.test_settings import BUCKETS, manage

pytestmark = pytest.mark.once
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
NEWSROOM = """
import boto3
import json
from pathlib import Path
from django.core.files import File
from django.core.files.storage import default_storage, storages
from django.conf import settings
from django.test import Client
from articles import renditions, uploads
from articles.models import Image

for name in (settings.PRINTS_BUCKET, settings.ORIGINALS_BUCKET):
    boto3.client("s3").create_bucket(Bucket=name)
policy = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
policy["Resource"] = f"arn:aws:s3:::{settings.PRINTS_BUCKET}/renditions/*"
policy = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
boto3.client("s3").put_bucket_policy(Bucket=settings.PRINTS_BUCKET, Policy=policy)
with open("fixtures/pictures/" + "kursk-map.png", "rb") as file:
    image = uploads.add(File(file), by=None, name="kursk-map.png", credit="Dana Ruiz")
print(image.small.url)
renditions.develop(image)
image.refresh_from_db()
for source in image.in_crop("lead").sources:
    print(source.srcset.split()[0])
assert image.has_all_prints
with image.file.open() as kept:
    assert kept.read() == Path("fixtures/pictures/kursk-map.png").read_bytes()
assert image.file.name.startswith("pictures/kursk-map-")
assert storages["originals"].exists(image.file.name)
assert not default_storage.exists(image.file.name)
assert f"img-src 'self' {settings.PICTURES_URL}" in (
    Client().get("/").headers["Content-Security-Policy"]
)
print("/" + image.file.name)
"""


@pytest.fixture
def bucket_server():
    """The address of a server that keeps buckets in memory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _time in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def test_pictures_live_in_buckets(tmp_path, bucket_server):
    port = urlsplit(bucket_server).port
    told = BUCKETS | KEYS | {"PICTURES_URL": f"http://paper-prints.localhost:{port}"}
    told |= {"AWS_ENDPOINT_URL": bucket_server, "AWS_DEFAULT_REGION": "us-east-1"}
    told["PYTHONPATH"] = ":".join(sys.path)
    assert manage("migrate", data=tmp_path, **told).returncode == 0
    result = manage("shell", "-c", NEWSROOM, data=tmp_path, **told)
    assert result.returncode == 0, result
    *addresses, original = result.stdout.splitlines()[-4:]
    for address, kind in zip(addresses, ("image/jpeg", "image/avif", "image/jpeg"), strict=True):
        parts = urlsplit(address)
        assert parts.netloc == f"paper-prints.localhost:{port}"
        answer, body = fetch(port, parts.path, parts.netloc)
        assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert len(body) > 500
    assert fetch(port, original, f"paper-originals.localhost:{port}")[0].status == 403


def fetch(port, path, host):
    """What a bucket answers to somebody without a key."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as web:
        web.request("GET", path, headers={"Host": host})
        answer = web.getresponse()
        return answer, answer.read()
