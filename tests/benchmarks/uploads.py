"""How readers fare while the desk sends two hundred photos at once.

    python tests/benchmarks/uploads.py [--photos 200] [--senders 4] [--readers 2]

It prepares a newsroom in a folder of its own, serves it as `quickstart` does, with two web
processes and a worker, and sends photos of 3 to 12 megapixels over HTTP, some at a time: a browser
of the desk sends two. Readers ask for pages one after the other all the while. It prints how long
readers wait before, during the uploads, and while prints are still made; how long an upload takes;
and when all prints were there. Any answer but the right one is an error. Wants a machine with
nothing else to do.
"""

import argparse
import http.client
import io
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = [(2048, 1536), (2560, 1920), (3000, 2000), (3264, 2448), (4000, 3000)]  # 3 to 12 MP
BEFORE = 15  # seconds that readers are measured while nothing else happens
COUNTING = """
from articles.models import Image
print(Image.objects.unprinted().count(), Image.objects.filter(refused__gt=0).count())
"""
chance = random.Random(7)  # noqa: S311


def photograph(number):
    """A JPEG with about as many bytes to a pixel as a camera's."""
    width, height = SIZES[number % len(SIZES)]
    grain = Image.effect_noise((width // 2, height // 2), 40).resize((width, height))
    light = Image.radial_gradient("L").resize((width, height))
    file = io.BytesIO()
    shades = (grain, Image.blend(grain, light, 0.3), Image.blend(grain, light, 0.6))
    Image.merge("RGB", shades).save(file, "JPEG", quality=85)
    return file.getvalue()


def one_of(photographs, number):
    """A file of its own: the comment in it tells its number."""
    data, comment = photographs[number % len(photographs)], f"Photo {number}".encode()
    return data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]


class Browser:
    """Somebody with cookies, who keeps a connection open."""

    def __init__(self, port):
        self.web = http.client.HTTPConnection("localhost", port, timeout=300)
        self.cookies = {}

    def ask(self, method, path, body=None, **headers):
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers["Host"] = f"localhost:{self.web.port}"
        self.web.request(method, path, body, headers)
        answer = self.web.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def sign_in(self, name, password):
        _status, page = self.ask("GET", "/admin/login/")
        told = {"csrfmiddlewaretoken": token(page), "username": name, "password": password}
        status, _page = self.ask(
            *("POST", "/admin/login/?next=/admin/", urlencode(told)),
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert status == 302, status
        self.token = token(self.ask("GET", "/admin/password_change/")[1])

    def send(self, name, data):
        """Upload a photo as the script of the library does."""
        edge = "----newsroom"
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        return self.ask(
            *("POST", "/admin/articles/image/upload/"),
            head.encode() + data + f"\r\n--{edge}--\r\n".encode(),
            **{"Content-Type": f"multipart/form-data; boundary={edge}", "X-CSRFToken": self.token},
        )


def token(page):
    return re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()


class Reader(threading.Thread):
    """Asks for pages and the pictures on them, one after the other, until told to stop."""

    def __init__(self, port, phase):
        super().__init__(daemon=True)
        self.browser, self.phase, self.waits, self.errors = Browser(port), phase, [], []

    def run(self):
        pages = re.findall(rb'href="(/[a-z-]+/[a-z0-9]{5}/[^"]+)"', self.browser.ask("GET", "/")[1])
        addresses = ["/", "/latest/", *(page.decode() for page in set(pages))]
        while self.phase.name != "end":
            address, name, begun = chance.choice(addresses), self.phase.name, time.perf_counter()
            try:
                status, page = self.browser.ask("GET", address)
            except (OSError, http.client.HTTPException) as error:
                self.errors.append((address, repr(error)))
                self.browser.web.close()
                continue
            self.waits.append((name, time.perf_counter() - begun))
            if status != 200:
                self.errors.append((address, status))
            if pictures := re.findall(rb"/media/renditions/[^\s\"',)]+", page):
                picture = chance.choice(pictures).decode()
                if (status := self.browser.ask("GET", picture)[0]) != 200:
                    self.errors.append((picture, status))
            time.sleep(0.05)


class Phase:
    name = "before"


def sent_by(port, account, photographs, waiting, sent, errors):
    browser = Browser(port)
    browser.sign_in(*account)
    while waiting:
        try:
            number = waiting.pop()
        except IndexError:
            return
        data, begun = one_of(photographs, number), time.perf_counter()
        status, said = browser.send(f"photo-{number}.jpg", data)
        sent.append((len(data), time.perf_counter() - begun))
        if status != 201:
            errors.append((status, said[:200]))


def told(name, waits):
    if len(waits) < 2:
        return f"{name}: too few"
    waits = [wait * 1000 for wait in sorted(waits)]
    p95 = statistics.quantiles(waits, n=20)[-1]
    return (
        f"{name:32} {len(waits):6} answers   p50 {statistics.median(waits):7.1f} ms"
        f"   p95 {p95:7.1f} ms   max {waits[-1]:7.1f} ms"
    )


def main():
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--photos", type=int, default=200)
    ask.add_argument("--senders", type=int, default=4, help="uploads at once")
    ask.add_argument("--readers", type=int, default=2, help="readers at once")
    ask.add_argument(
        "--no-prints", dest="prints", action="store_false", help="do not wait for them"
    )
    wanted = ask.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="newsroom-benchmark-")
    environment = os.environ | {"NEWSROOM_DATA": folder}
    site = subprocess.Popen(
        [sys.executable, "manage.py", "quickstart", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in site.stdout:
            if found := re.match(r"\s+(editor)\s+(\S+)", line):
                account = found.groups()
            if "Stop with Ctrl-C" in line:
                break
        measure(port, account, wanted, environment)
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait()


def measure(port, account, wanted, environment):
    phase, photographs = Phase(), [photograph(number) for number in range(3 * len(SIZES))]
    while left(environment)[0]:  # pictures of the first stories
        time.sleep(1)
    readers = [Reader(port, phase) for _ in range(wanted.readers)]
    for reader in readers:
        reader.start()
    time.sleep(BEFORE)
    waiting, sent, errors = list(range(wanted.photos)), [], []
    phase.name, begun = "uploads", time.monotonic()
    senders = [
        threading.Thread(target=sent_by, args=(port, account, photographs, waiting, sent, errors))
        for _ in range(wanted.senders)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    phase.name, uploaded = "prints", time.monotonic() - begun
    print(f"Uploaded in {uploaded:.0f} s.", flush=True)
    while wanted.prints and left(environment)[0]:
        time.sleep(2)
    printed, refused = time.monotonic() - begun, left(environment)[1]
    phase.name = "end"
    for reader in readers:
        reader.join()
        errors += reader.errors
    waits = [wait for reader in readers for wait in reader.waits]
    for name, words in (
        ("before", "Readers before"),
        ("uploads", "Readers during the uploads"),
        ("prints", "Readers while prints are made"),
    ):
        print(told(words, [wait for phase_name, wait in waits if phase_name == name]))
    print(told("Uploads", [wait for _size, wait in sent]))
    megabytes = sum(size for size, _wait in sent) / 1e6
    print(f"{len(sent)} photos, {megabytes:.0f} MB, were there after {uploaded:.0f} s,")
    print(f"their prints after {printed:.0f} s. Refused by the darkroom: {refused}.")
    print(f"Errors: {len(errors)}. {json.dumps(errors[:5], default=str)}")


def left(environment):
    """How many pictures lack prints, and how many cannot be printed."""
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", COUNTING],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(number) for number in said.stdout.split()[-2:]]


if __name__ == "__main__":
    main()
