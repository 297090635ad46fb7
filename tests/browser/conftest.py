"""A real browser. A page that says anything on its console fails the test that opened it."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
RULES = {
    "preload": False,  # it would load our style sheets again as inline ones, against our policy
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


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
def open_window(chromium):
    """A function that opens a browser window; its keywords are Playwright's for a context."""
    windows, said = [], []

    def listen(page):
        page.on(
            "console", lambda message: said.append(f"{page.url}: {message.type}: {message.text}")
        )
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))

    def open_window(**options):
        window = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        window.set_default_timeout(15_000)  # milliseconds
        window.on("page", listen)
        windows.append(window)
        return window.new_page()

    open_window.said = said
    yield open_window
    for window in windows:
        window.close()
    assert not said, "The console must stay silent:\n" + "\n".join(said)


@pytest.fixture
def page(open_window):
    return open_window()


@pytest.fixture(scope="session")
def axe():
    """A function that lists what is wrong with a page for people who read it otherwise."""

    def violations(page):
        found = Axe().run(page, options=RULES).response["violations"]
        return [
            f"{v['id']}: {v['help']}: {[n['html'][:150] for n in v['nodes'][:3]]}" for v in found
        ]

    return violations
