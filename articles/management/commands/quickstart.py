"""Prepare a newsroom on a laptop and serve it: `python manage.py quickstart`.

Everything it does is also a command of Django's own; the README lists them.
"""

import argparse
import http.client
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from articles.models import Article, Section
from newsroom.serving import Child, GaveUp, Supervisor

STORIES = ["initial_stories", "handbook"]
EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104
EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # none is taken for another, or for a digit
PATIENCE = 60  # seconds the site gets to answer for the first time


class Command(BaseCommand):
    help = "Prepares a newsroom in the data folder and serves it until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument(
            "--port", type=between(0, 65535), default=8000, help="default 8000; 0 takes a free one"
        )
        parser.add_argument("--bind", default="127.0.0.1", help="default 127.0.0.1: only you")
        parser.add_argument(
            "--workers", type=between(1, 64), default=2, help="web processes, default 2"
        )
        parser.add_argument(
            "--reset", action="store_true", help="first delete all stories, accounts and pictures"
        )
        parser.add_argument(
            "--noinput",
            "--no-input",
            action="store_false",
            dest="interactive",
            help="let --reset delete without asking",
        )

    def handle(self, *, bind, port, workers, reset, interactive, **options):
        if os.name == "nt":
            raise CommandError("gunicorn does not run on Windows itself. Use WSL.")
        bind = bind.strip("[]")
        with told_in_a_sentence(), listen(bind, port) as listener:
            check_folder()
            if reset:
                self.reset(interactive)
            self.check_database()
            self.say("Collecting style sheets and scripts …")
            call_command("collectstatic", interactive=False, verbosity=0)
            self.say("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
            self.load_stories()
            self.create_accounts()
            connections.close_all()
            self.serve(listener, bind, workers)

    def say(self, words=""):
        self.stdout.write(words)
        self.stdout.flush()

    # Prepare

    def reset(self, interactive):
        """Delete what quickstart made in the data folder, and nothing else."""
        database = settings.DATA / "newsroom.sqlite3"
        if str(settings.DATABASES["default"]["NAME"]) != str(database):
            raise CommandError(f"--reset deletes only {database}, but DATABASE_URL names another.")
        if interactive:
            if not sys.stdin or not sys.stdin.isatty():
                raise CommandError("--reset asks first, and nobody is here. Add --no-input.")
            self.say(f"This deletes all stories, accounts and pictures in {settings.DATA}.")
            if input("Type yes to delete them: ").strip() != "yes":
                raise CommandError("Nothing was deleted.")
        connections.close_all()
        for ending in ["", "-wal", "-shm", "-journal"]:
            database.with_name(database.name + ending).unlink(missing_ok=True)
        for path in [settings.DATA / name for name in ("media", "originals", "static")]:
            if path.is_symlink():
                path.unlink()  # what lies behind it is not ours
            elif path.exists():
                shutil.rmtree(path)
        self.say(f"Deleted the database, the pictures and the static files in {settings.DATA}.")

    def check_database(self):
        """Find out now whether it can be read, and whether it is one that we understand."""
        loader = MigrationLoader(connection)
        unknown = sorted(
            name
            for app, name in loader.applied_migrations.keys() - loader.disk_migrations.keys()
            if app == "articles"
        )
        if unknown:
            raise CommandError(
                f"The database was made by a newer Newsroom: this one does not know {unknown[0]}."
                " Bring Newsroom up to date, or choose another folder with NEWSROOM_DATA."
            )

    def load_stories(self):
        if not Article.objects.exists() and not Section.objects.exists():
            self.say("Loading the first stories …")
            call_command("loaddata", *STORIES, verbosity=0)

    @transaction.atomic
    def create_accounts(self):
        """Three accounts for a newsroom that has none.

        They are shown before they are kept, so that none is kept whose password nobody saw.
        """
        users = get_user_model().objects
        if users.exists():
            self.say(
                "Accounts exist already. For a new password: python manage.py changepassword NAME"
            )
            return
        self.say("Creating three accounts. Their passwords are shown only now:\n")
        for name, group, purpose in [
            ("admin", None, "may do everything"),
            ("editor", "Editors", "publishes"),
            ("reporter", "Reporters", "writes drafts"),
        ]:
            password = new_password()
            user = users.create_user(
                name, password=password, is_staff=True, is_superuser=group is None
            )
            if group:
                user.groups.add(Group.objects.get(name=group))
            self.say(f"  {name:10} {password}   {purpose}")
        self.say()

    # Serve

    def serve(self, listener, bind, workers):
        """Run the web server and the worker until someone asks us to stop."""
        port = listener.getsockname()[1]
        environment = self.environment(bind, port)
        site = environment["SITE_URL"].strip().rstrip("/")
        self.say("Starting the web server and the worker …")
        web = Child(
            "The web server",
            [
                *(sys.executable, "-m", "gunicorn", "newsroom.wsgi"),
                # Our socket is handed over, so the port stays ours through every restart.
                *("--bind", f"fd://{listener.fileno()}"),
                # A picture that is sent holds a thread for a second; readers need some beside it.
                *("--workers", str(workers), "--worker-class", "gthread", "--threads", "10"),
                *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
            ],
            cwd=settings.BASE_DIR,
            env=environment,
            pass_fds=[listener.fileno()],
        )
        worker = Child(
            "The worker",
            [sys.executable, "manage.py", "worker"],
            cwd=settings.BASE_DIR,
            env=environment,
        )
        try:
            with Supervisor([web, worker], say=self.say) as supervisor:
                if self.wait_for_the_site(supervisor, bind, port, site):
                    self.say(f"\n  The site:  {site}/\n  The desk:  {site}/admin/\n")
                    self.say(f"The data folder is {settings.DATA}. Stop with Ctrl-C.")
                while supervisor.watch():
                    pass
                self.say("Stopping …")
        except GaveUp as error:
            raise CommandError(f"{error} The lines above say why.") from error
        self.say("Stopped.")

    def environment(self, bind, port):
        """What the web server is told. SITE_URL and ALLOWED_HOSTS stay as they are, if set."""
        environment = os.environ | {"NEWSROOM_DATA": str(settings.DATA)}
        for name in ("GUNICORN_CMD_ARGS", "WEB_CONCURRENCY"):  # meant for another server
            environment.pop(name, None)
        name = "localhost" if bind in EVERYWHERE else in_address(bind)
        if not environment.get("SITE_URL", "").strip():
            environment["SITE_URL"] = f"http://{name}:{port}"
        if not environment.get("ALLOWED_HOSTS", "").strip():
            hosts = {name, *settings.ALLOWED_HOSTS}
            if bind in EVERYWHERE:
                hosts |= own_names()
                self.say(
                    f"Open to your network, under these names: {', '.join(sorted(hosts))}."
                    " Set ALLOWED_HOSTS to allow others."
                )
            environment["ALLOWED_HOSTS"] = ",".join(sorted(hosts))
        return environment

    def wait_for_the_site(self, supervisor, bind, port, site):
        """True once a reader would get the front page; False if we are asked to stop before."""
        deadline = time.monotonic() + PATIENCE
        while supervisor.watch():
            status = ask_front_page(bind, port, site)
            if status and status < 400:
                return True
            if status:
                raise CommandError(f"The front page answers {status}. The lines above say why.")
            if time.monotonic() > deadline:
                raise CommandError(f"The site did not answer within {PATIENCE} seconds.")
        return False


@contextmanager
def told_in_a_sentence():
    """What happens on a laptop, told without a traceback: full disks, broken files, Ctrl-C."""
    try:
        yield
    except DatabaseError as error:
        name = settings.DATABASES["default"]["NAME"]
        problem = str(error).strip().partition("\n")[0]
        raise CommandError(f"The database {name} cannot be used: {problem}.") from error
    except OSError as error:
        where = error.filename or settings.DATA
        raise CommandError(f"{where} cannot be used: {error.strerror or error}.") from error
    except (KeyboardInterrupt, EOFError) as error:
        raise CommandError("Stopped before all was ready.", returncode=130) from error


def between(least, most):
    """A kind of argument: a whole number within bounds."""

    def number(text):
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a number from {least} to {most}")
        return int(text)

    return number


def listen(bind, port):
    """Take the port at once: whoever comes second learns it before any slow work."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        return socket.create_server((bind, port), family=family)
    except (OSError, UnicodeError) as error:
        problem = str(getattr(error, "strerror", error)).partition(" (")[0]
        raise CommandError(
            f"Port {port} on {bind} cannot be used: {problem}. Try another --port or --bind."
        ) from error


def check_folder():
    """Find out now, not halfway, whether the data folder can be written to."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA):
            pass
    except OSError as error:
        raise CommandError(
            f"The data folder {settings.DATA} cannot be written to ({error.strerror})."
            " Set NEWSROOM_DATA to another."
        ) from error


def new_password():
    """Hard to guess, easy to type: four groups of four letters."""
    return "-".join(
        "".join(secrets.choice(EASY_LETTERS) for _letter in range(4)) for _group in range(4)
    )


def in_address(host):
    return f"[{host}]" if ":" in host else host


def own_names():
    """The names and the address that others in the network may know this machine by."""
    name = socket.gethostname()
    names = {name, f"{name.partition('.')[0]}.local"}
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
        question.connect(("192.0.2.1", 9))  # sends nothing, only chooses the address
        names.add(question.getsockname()[0])
    return names


def ask_front_page(bind, port, site):
    """The status of the front page, or None while nobody answers."""
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104
    web = http.client.HTTPConnection(host, port, timeout=2)
    try:
        web.request("GET", "/", headers={"Host": urlsplit(site).netloc})
        return web.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        web.close()
