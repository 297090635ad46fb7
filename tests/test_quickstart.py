"""Quickstart and the plain Django ways, with real processes on free ports of this machine."""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from articles.darkroom import RECIPE_VERSION
from articles.management.commands import quickstart
from newsroom import serving

ROOT = Path(__file__).parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
LONG = 120  # seconds; a slow machine needs most of them, a quick one hardly any
HEADLINES = ["Putin thanks Kim", "Greta Thunberg bailed"]
PASSWORD = re.compile(r"^ +(admin|editor|reporter) +([a-z]{4}(?:-[a-z]{4}){3}) ", re.MULTILINE)

pytestmark = pytest.mark.once  # these processes keep to SQLite, whatever DATABASE_URL says
needs_proc = pytest.mark.skipif(
    not (Path("/proc/self/stat").exists() or os.environ.get("CI")),  # CI never skips them
    reason="SKIPPED: processes are counted in Linux’s /proc",
)


def surroundings(data, environment):
    """An environment with nothing in it but what is given and what a process cannot do without."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {"HOME": str(data.parent), "NEWSROOM_DATA": str(data)} | environment


def manage(*words, data, before=(), **environment):
    """Run manage.py to its end, from a folder that has nothing to do with it."""
    return subprocess.run(
        [*before, *MANAGE, *words],
        env=surroundings(data, environment),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG,
    )


class Run:
    """A server that was started, and what it has said so far."""

    def __init__(self, process, log, data):
        self.process, self.log, self.data = process, log, data

    @property
    def said(self):
        return self.log.read_text()

    @property
    def site(self):
        return re.search(r"The site: +(\S+)/\n", self.said)[1]

    @property
    def passwords(self):
        return dict(PASSWORD.findall(self.said))

    def wait_for(self, words):
        """Wait until the words are said; fail when the process ends without them."""
        assert soon(lambda: words in self.said or self.process.poll() is not None), self.said
        assert words in self.said, self.said

    def stop(self, number):
        self.process.send_signal(number)
        return self.process.wait(LONG)


@contextmanager
def started(command, data, stdin=subprocess.DEVNULL, **environment):
    """A server that runs until the block ends, however it ends."""
    log = data.parent / f"{data.name}-{time.monotonic_ns()}.log"
    with (
        log.open("w") as file,
        subprocess.Popen(
            command,
            env=surroundings(data, environment),
            cwd="/",
            stdin=stdin,
            stdout=file,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Run(process, log, data)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(LONG)
                except subprocess.TimeoutExpired:
                    for pid in [*descendants(process.pid), process.pid]:
                        with suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)


def quickstarted(data, *options, **how):
    return started([*MANAGE, "quickstart", "--port", "0", *options], data, **how)


def soon(is_so, patience=LONG):
    """Whether something comes true before we lose patience, after so many seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def parents():
    """Every process that runs, and its parent. Who has died and waits to be noticed is not here."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


def children(pid):
    return [child for child, parent in parents().items() if parent == pid]


def child_that_runs(pid, word):
    """The one child of a process whose command has this word in it."""
    commands = {child: Path(f"/proc/{child}/cmdline").read_text() for child in children(pid)}
    (found,) = [child for child, command in commands.items() if word in command]
    return found


def commands_of(pid):
    return "".join(Path(f"/proc/{child}/cmdline").read_text() for child in children(pid))


def descendants(pid):
    return [each for child in children(pid) for each in (child, *descendants(child))]


def browser(*abilities):
    """Fetches pages of this machine, whatever proxy the environment names."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), *abilities)


def fetch(address, using=None):
    with (using or browser()).open(address, timeout=LONG) as answer:
        return answer.read().decode()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def style_sheet(site, page):
    """The text of the style sheet that the page asks for."""
    return fetch(site + re.search(r'<link rel="stylesheet" href="(/static/[^"]+\.css)">', page)[1])


def can_log_in(site, name, password):
    """Fill in the desk's own form, as a browser does, and see whether it lets us in."""
    person = browser(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = fetch(f"{site}/admin/login/", person)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    words = {"csrfmiddlewaretoken": token, "username": name, "password": password}
    data = urllib.parse.urlencode(words | {"next": "/admin/"}).encode()
    with person.open(f"{site}/admin/login/", data, timeout=LONG) as answer:
        return answer.url == f"{site}/admin/"


def assert_refused(result, sentence):
    """One sentence on its own line, a failure for scripts, and no traceback."""
    assert result.returncode != 0
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr


def database(data):
    """The newsroom's database, asked directly; what is written is kept at once."""
    return closing(sqlite3.connect(data / "newsroom.sqlite3", isolation_level=None))


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The first day


@pytest.fixture(scope="module")
def first_day(tmp_path_factory):
    """A newsroom is started in an empty folder, visited, and stopped with SIGTERM."""
    with quickstarted(tmp_path_factory.mktemp("newsroom") / "a town paper") as run:
        run.wait_for("Stop with Ctrl-C")
        run.front_page = fetch(f"{run.site}/")
        run.css = style_sheet(run.site, run.front_page)
        run.logins = {
            name: can_log_in(run.site, name, password) for name, password in run.passwords.items()
        }
        run.family = descendants(run.process.pid)
        run.exit_code = run.stop(signal.SIGTERM)
    return run


def test_the_first_run_serves_a_front_page_with_both_stories(first_day):
    for headline in HEADLINES:
        assert headline in first_day.front_page


def test_the_first_run_serves_the_style_sheet_under_a_name_for_ever(first_day):
    assert "{" in first_day.css
    assert re.search(r"/static/newsroom\.[0-9a-f]{12}\.css", first_day.front_page)


def test_links_begin_with_the_address_that_people_open(first_day):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", first_day.site)
    assert f'<link rel="canonical" href="{first_day.site}/">' in first_day.front_page


def test_three_people_can_log_in_with_the_passwords_printed(first_day):
    assert first_day.logins == {"admin": True, "editor": True, "reporter": True}


def test_accounts_have_the_rights_of_their_names(first_day):
    with database(first_day.data) as rows:
        found = rows.execute(
            "SELECT u.username, u.is_staff, u.is_superuser, g.name FROM auth_user u"
            " LEFT JOIN auth_user_groups ug ON ug.user_id = u.id"
            " LEFT JOIN auth_group g ON g.id = ug.group_id ORDER BY u.username"
        ).fetchall()
    assert found == [
        ("admin", 1, 1, None),
        ("editor", 1, 0, "Editors"),
        ("reporter", 1, 0, "Reporters"),
    ]


def test_only_its_owner_reads_the_secret_key(first_day):
    assert (first_day.data / "secret_key").stat().st_mode & 0o777 == 0o600


@needs_proc
def test_sigterm_stops_every_process(first_day):
    assert first_day.exit_code == 0
    assert first_day.said.endswith("Stopped.\n")
    assert len(first_day.family) >= 3  # the web server and its two workers
    assert soon(lambda: not set(first_day.family) & set(parents()), patience=5)


def test_a_prepared_newsroom_passes_the_deployment_check(first_day):
    result = manage(
        *("check", "--deploy", "--fail-level", "WARNING"),
        data=first_day.data,
        SITE_URL="https://news.example",
    )
    assert result.returncode == 0, result.stderr


# The second day


@pytest.fixture(scope="module")
def second_day(first_day):
    """The same newsroom, started again after an editor has renamed a section. It keeps running."""
    with database(first_day.data) as rows:
        rows.execute("UPDATE articles_section SET name = 'Our Town' WHERE slug = 'world'")
        # No prints are made beside the tests that follow: first ones will do.
        rows.execute("UPDATE articles_image SET refused = ?", [RECIPE_VERSION])
    with quickstarted(first_day.data) as run:
        run.wait_for("Stop with Ctrl-C")
        yield run


def test_a_second_run_keeps_every_datum(first_day, second_day):
    front_page = fetch(f"{second_day.site}/")
    assert "Our Town" in front_page
    for headline in HEADLINES:
        assert headline in front_page
    assert can_log_in(second_day.site, "editor", first_day.passwords["editor"])


def test_a_second_run_shows_no_password(second_day):
    assert not second_day.passwords
    assert "manage.py changepassword" in second_day.said


def test_a_busy_port_is_told_before_any_work_is_done(second_day, tmp_path):
    port = str(urllib.parse.urlsplit(second_day.site).port)
    result = manage("quickstart", "--port", port, data=tmp_path)
    assert_refused(result, f"Port {port} on 127.0.0.1 cannot be used: Address already in use.")
    assert not (tmp_path / "newsroom.sqlite3").exists()


@needs_proc
def test_a_web_server_that_is_killed_is_started_again(second_day):
    master = child_that_runs(second_day.process.pid, "gunicorn")
    orphans = children(master)
    os.kill(master, signal.SIGKILL)
    second_day.wait_for("The web server died (signal 9). Starting it again in 1 s …")
    assert HEADLINES[0] in fetch(f"{second_day.site}/")
    assert master not in parents()
    assert not set(orphans) & set(parents())


@needs_proc
def test_a_worker_that_is_killed_is_started_again(second_day):
    worker = child_that_runs(second_day.process.pid, "worker\0")
    os.kill(worker, signal.SIGKILL)
    second_day.wait_for("The worker died (signal 9). Starting it again in 1 s …")
    assert soon(lambda: "worker\0" in commands_of(second_day.process.pid))


# Beginning anew


@pytest.fixture(scope="module")
def new_beginning(first_day, tmp_path_factory):
    """Someone types yes to --reset in a folder that holds a file of their own; then Ctrl-C."""
    data = tmp_path_factory.mktemp("newsroom") / "data"
    shutil.copytree(first_day.data, data, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    (data / "notes.txt").write_text("Call the mayor.")
    (data / "media" / "old.jpg").write_bytes(b"a picture")
    (data / "originals" / "old.jpg").write_bytes(b"a picture")
    with typing(b"yes\n") as keyboard, quickstarted(data, "--reset", stdin=keyboard) as run:
        run.wait_for("Stop with Ctrl-C")
        run.family = descendants(run.process.pid)
        run.exit_code = run.stop(signal.SIGINT)
    return run


@contextmanager
def typing(keys):
    """A terminal in which someone has typed these keys."""
    hands, keyboard = os.openpty()
    os.write(hands, keys)
    try:
        yield keyboard
    finally:
        os.close(hands)
        os.close(keyboard)


def test_reset_begins_anew_after_a_yes(first_day, new_beginning):
    assert len(new_beginning.passwords) == 3
    assert new_beginning.passwords["admin"] != first_day.passwords["admin"]
    assert not (new_beginning.data / "media" / "old.jpg").exists()
    assert not (new_beginning.data / "originals" / "old.jpg").exists()


def test_reset_keeps_what_is_not_its_own(new_beginning):
    assert (new_beginning.data / "notes.txt").read_text() == "Call the mayor."


@needs_proc
def test_ctrl_c_stops_every_process(new_beginning):
    assert new_beginning.exit_code == 0
    assert len(new_beginning.family) >= 3
    assert soon(lambda: not set(new_beginning.family) & set(parents()), patience=5)


@pytest.fixture
def kept(tmp_path):
    """A data folder with something in it that must not be lost."""
    data = tmp_path / "data"
    (data / "media").mkdir(parents=True)
    for name in ("newsroom.sqlite3", "secret_key", "media/picture.jpg"):
        (data / name).write_text("dear to us")
    return data


def test_reset_asks_first_and_a_no_keeps_everything(kept):
    before = contents(kept)
    with typing(b"no\n") as keyboard, quickstarted(kept, "--reset", stdin=keyboard) as run:
        assert run.process.wait(LONG) == 1
    assert "Type yes to delete them: " in run.said
    assert "Nothing was deleted." in run.said
    assert contents(kept) == before


def test_reset_deletes_nothing_when_nobody_can_be_asked(kept):
    before = contents(kept)
    result = manage("quickstart", "--port", "0", "--reset", data=kept)
    assert_refused(result, "--reset asks first, and nobody is here. Add --no-input.")
    assert contents(kept) == before


def test_reset_deletes_no_database_outside_the_data_folder(kept, tmp_path):
    before = contents(kept)
    result = manage(
        *("quickstart", "--port", "0", "--reset", "--no-input"),
        data=kept,
        DATABASE_URL=f"sqlite:///{tmp_path / 'other.sqlite3'}",
    )
    assert_refused(result, "but DATABASE_URL names another.")
    assert contents(kept) == before


# What can go wrong on a laptop


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    for data in (tmp_path / "file", tmp_path / "file" / "data", Path("/proc/newsroom")):
        result = manage("quickstart", "--port", "0", data=data)
        assert_refused(result, f"the folder {data} cannot be made")


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    data = tmp_path / "data"
    (data / "static").mkdir(parents=True)
    before = []
    if os.geteuid() == 0:  # root may write everywhere, unless it gives that right away
        before = ["setpriv", "--bounding-set=-dac_override"]
        if not shutil.which("setpriv") or subprocess.run([*before, "true"]).returncode:
            pytest.skip("SKIPPED: root can write everywhere, and setpriv cannot stop it here")
    data.chmod(0o555)
    result = manage("quickstart", "--port", "0", data=data, before=before, SECRET_KEY="x" * 50)
    data.chmod(0o755)
    assert_refused(result, f"The data folder {data} cannot be written to (Permission denied).")


def test_a_database_from_a_newer_newsroom_is_left_alone(tmp_path):
    with database(tmp_path) as rows:
        rows.execute("CREATE TABLE django_migrations (id INTEGER, app, name, applied TEXT)")
        rows.execute(
            "INSERT INTO django_migrations"
            " VALUES (1, 'articles', '0999_later', '2030-01-01 00:00:00')"
        )
    result = manage("quickstart", "--port", "0", data=tmp_path)
    assert_refused(result, "made by a newer Newsroom: this one does not know 0999_later.")
    with database(tmp_path) as rows:
        tables = rows.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("django_migrations",)]


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "newsroom.sqlite3").write_text("Milk, bread, ink. " * 100)
    result = manage("quickstart", "--port", "0", data=tmp_path)
    assert_refused(result, "newsroom.sqlite3 cannot be used: file is not a database.")


def test_a_full_disk_is_told(tmp_path):
    limited = ["sh", "-c", 'ulimit -f 200; exec "$@"', "sh"]  # no file beyond 100 kB
    result = manage("quickstart", "--port", "0", data=tmp_path, before=limited)
    assert_refused(result, f"{tmp_path} cannot be used: File too large.")


def test_a_static_folder_that_cannot_be_filled_is_told(tmp_path):
    in_the_way = tmp_path / "static" / "newsroom.css"
    (in_the_way / "full").mkdir(parents=True)
    os.utime(in_the_way, (0, 0))  # older than the style sheet, so it would have to go
    result = manage("quickstart", "--port", "0", data=tmp_path)
    assert_refused(result, f"{in_the_way} cannot be used: Directory not empty.")


def test_an_address_that_is_not_ours_is_told(tmp_path):
    result = manage("quickstart", "--port", "0", "--bind", "192.0.2.1", data=tmp_path)
    assert_refused(result, "Port 0 on 192.0.2.1 cannot be used: ")


def test_a_newsroom_open_to_the_network_answers_to_its_own_names_alone(monkeypatch):
    for name in ("SITE_URL", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    environment = quickstart.Command().environment("0.0.0.0", 8000)  # noqa: S104
    assert environment["SITE_URL"] == "http://localhost:8000"
    hosts = environment["ALLOWED_HOSTS"].split(",")
    assert {"localhost", "127.0.0.1", socket.gethostname()} <= set(hosts)
    assert "*" not in hosts


def test_what_the_person_has_set_stays_as_it_is(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://news.example")
    monkeypatch.setenv("ALLOWED_HOSTS", "news.example")
    environment = quickstart.Command().environment("127.0.0.1", 8000)
    assert environment["SITE_URL"] == "https://news.example"
    assert environment["ALLOWED_HOSTS"] == "news.example"


# The supervisor by itself


def watch(*children, say):
    with serving.Supervisor(children, say=say) as supervisor:
        while supervisor.watch():
            pass


def test_a_process_that_dies_at_once_is_given_up_after_five_times(monkeypatch):
    monkeypatch.setattr(serving, "FIRST_PAUSE", 0.01)
    said = []
    broken = serving.Child("The press", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(serving.GaveUp, match=r"The press died 5 times .*\(exit code 3\)"):
        watch(broken, say=said.append)
    assert len(said) == 4


def test_pauses_double_up_to_half_a_minute_and_end_after_a_good_run():
    child = serving.Child("The press", [sys.executable, "-c", ""])
    pauses = []
    for ran in [20, 20, 20, 20, 20, 20, 20, 90, 20]:  # seconds
        child.start()
        child.process.wait()
        child.note_death(ran, say=lambda words: None)
        pauses.append(child.pause)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 1, 2]


@needs_proc
def test_a_process_that_will_not_stop_is_ended_with_all_it_started(monkeypatch):
    monkeypatch.setattr(serving, "GRACE", 0.1)
    deaf = "trap '' TERM; sleep 1000 & while :; do sleep 1; done"
    with serving.Supervisor([serving.Child("Deaf", ["sh", "-c", deaf])], say=print) as supervisor:
        supervisor.watch()
        family = [supervisor.children[0].process.pid]
        assert soon(lambda: len(descendants(family[0])) >= 2)
        family += descendants(family[0])
    assert soon(lambda: not set(family) & set(parents()))


# The plain Django ways


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """A newsroom made with Django's own commands."""
    data = tmp_path_factory.mktemp("by-hand") / "data"
    for words in (
        ["migrate", "--verbosity=0"],
        ["loaddata", "initial_stories"],
        ["createsuperuser", "--noinput", "--username=boss", "--email=boss@news.example"],
    ):
        result = manage(*words, data=data, DJANGO_SUPERUSER_PASSWORD="not a usual one")
        assert result.returncode == 0, result.stderr
    return data


@pytest.mark.parametrize("server", ["runserver", "gunicorn"])
def test_the_plain_django_ways_serve_the_same_newsroom(by_hand, server):
    site = f"http://127.0.0.1:{free_port()}"
    address = urllib.parse.urlsplit(site).netloc
    command = {
        "runserver": [*MANAGE, "runserver", "--noreload", address],
        "gunicorn": [
            *(sys.executable, "-m", "gunicorn", "newsroom.wsgi"),
            *("--chdir", str(ROOT), "--bind", address),
        ],
    }[server]
    with started(command, by_hand) as run:
        assert soon(lambda: run.process.poll() is not None or answers(site)), run.said
        front_page = fetch(f"{site}/")
        assert all(headline in front_page for headline in HEADLINES)
        assert "{" in style_sheet(site, front_page)
        assert can_log_in(site, "boss", "not a usual one")


def answers(site):
    with suppress(urllib.error.URLError, ConnectionError):
        return bool(fetch(site))
    return False
