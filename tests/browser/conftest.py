"""A real browser. A page that says anything on its console fails the test that opened it."""

import os
import shutil
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests.factories import PASSWORD

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test

BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)  # the first has no window to draw
PATIENCE = 30_000  # milliseconds; a slow machine needs most of them, a quick one hardly any
LAST_ANSWERS = 3  # seconds that the server has for what windows asked before they closed
expect.set_options(timeout=PATIENCE)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def pytest_collection_modifyitems(items):
    """What a browser shows hangs on the database only where its words were kept by a click."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if not item.get_closest_marker("twice"):
                item.add_marker(pytest.mark.once)


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium here, and CI never skips the browser.")
        pytest.skip("NO BROWSER: what readers and editors see was not tested. Install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, settings):
    """The address of a running site."""
    settings.SITE_URL = settings.SHORT_URL_BASE = live_server.url
    return live_server.url


@pytest.fixture
def paper(transactional_db, site, printed):
    """The paper that every fresh install opens with."""
    call_command("loaddata", "initial_stories", "handbook", verbosity=0)
    return site


@pytest.fixture
def type_in(transactional_db, site):
    """A function: sign a person in, in a window, by typing."""

    def type_in(page, name):
        page.goto(f"{site}/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#user-tools")

    return type_in


@pytest.fixture
def sign_in(transactional_db, site, settings):
    """A function: let a person be signed in already; and open a page, where one is named."""

    def sign_in(page, name, address=None):
        client = Client()
        client.force_login(get_user_model().objects.get(username=name))
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": session.key, "value": session.value, "url": site}])
        if address:
            page.goto(site + address)

    return sign_in


@pytest.fixture(scope="session")
def under_way():
    """Requests that the server of this process has not answered yet."""
    requests = []

    def begin(**_told):
        requests.append(1)

    def end(**_told):
        if requests:
            requests.pop()

    request_started.connect(begin)
    request_finished.connect(end)
    yield requests
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def open_window(chromium, under_way):
    """A function that opens a browser window; its keywords are Playwright's for a context.

    Chromium itself writes down each request that did not go well. A test in which some have to fail
    names their addresses in `open_window.may_fail`; what the page says counts all the same.
    """
    windows, said, may_fail = [], [], []

    def hear(page, message):
        is_chromium = message.text.startswith("Failed to load resource")
        if is_chromium and any(part in message.location["url"] for part in may_fail):
            return
        said.append(f"{page.url}: {message.type}: {message.text}")

    def listen(page):
        page.on("console", lambda message: hear(page, message))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))

    def open_window(**options):
        window = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        window.set_default_timeout(PATIENCE)
        window.on("page", listen)
        windows.append(window)
        return window.new_page()

    open_window.said, open_window.may_fail = said, may_fail
    yield open_window
    for window in windows:
        window.close()
    until = time.monotonic() + LAST_ANSWERS
    while under_way and time.monotonic() < until:  # else one would write into emptied tables
        time.sleep(0.01)
    under_way.clear()
    assert not said, "The console must stay silent:\n" + "\n".join(said)


@pytest.fixture
def page(open_window):
    return open_window()
