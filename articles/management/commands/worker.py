"""Does what is due at its moment, and what can wait, until it is stopped: `manage.py worker`.

Any number may run, on any number of machines. One that dies in the middle of something loses
nothing: what it had begun is undone with its transaction, and found again by the next.
"""

import signal
import threading
import time
import uuid
from datetime import timedelta

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections, connections
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from articles import darkroom, renditions, scheduling
from articles.models import Site

PAUSE = 1  # second between two looks, when there is nothing to do
LOOK_AGAIN = 30  # seconds until it looks for what was due and somebody else left undone
TIDY_UP = 60 * 60  # seconds
LONG_GONE = timedelta(days=14)  # no task takes so long: its worker died


class Command(BaseCommand):
    help = "Does what is due at its moment, and what can wait, until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument(
            "--once", action="store_true", help="do what there is to do now, then stop"
        )

    def handle(self, *, once, **options):
        self.stopping = threading.Event()
        self.is_asked_to_stop = False
        self.name = str(uuid.uuid4())
        self.looked = self.tidied = float("-inf")
        if once:
            self.attempt(self.do_what_is_due)
            self.attempt(self.do_what_can_wait)
            return
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self.note_signal)
        # Prints of a large picture take seconds, and what is due must not wait for them.
        patient = threading.Thread(target=self.go_on, args=[self.do_what_can_wait])
        patient.start()
        self.go_on(self.do_what_is_due)
        patient.join()
        if not self.is_asked_to_stop:
            raise CommandError("The worker stopped. The lines above say why.")

    def note_signal(self, *_):
        self.is_asked_to_stop = True
        self.stopping.set()
        darkroom.interrupt()

    def go_on(self, work):
        try:
            while not self.stopping.is_set():
                self.attempt(work)
                close_old_connections()
                self.stopping.wait(PAUSE)
        finally:  # if one of the two dies, the other does not go on alone
            self.stopping.set()
            connections.close_all()

    def attempt(self, work):
        try:
            with Site.read().at_work():  # what it writes down tells the newsroom's times
                work()
        except OperationalError as error:
            self.stderr.write(f"The database does not answer: {error}".strip())

    def do_what_is_due(self):
        now = time.monotonic()
        if now - self.looked > LOOK_AGAIN:
            self.looked = now
            for pk in scheduling.apply_due():
                self.stdout.write(f"Carried out scheduled publication {pk}.")
        self.run("due")

    def do_what_can_wait(self):
        now = time.monotonic()
        if now - self.tidied > TIDY_UP:
            self.tidied = now
            self.tidy_up()
        while not self.stopping.is_set() and self.run("default", at_most=1):
            pass

    def tidy_up(self):
        """Now and then, and at its start: what a worker that died may have left undone."""
        for task in (scheduling.thin_out_autosaves, renditions.catch_up):
            waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
            if not waiting.filter(task_path=task.module_path).exists():
                task.enqueue()
        call_command("prune_db_task_results", queue_name="*", verbosity=0)
        long_ago = timezone.now() - LONG_GONE
        DBTaskResult.objects.running().filter(started_at__lt=long_ago).delete()
        darkroom.sweep()

    def run(self, queue, at_most=None):
        """Run the tasks of one queue that are due. Returns whether there was any."""
        waiting = DBTaskResult.objects.ready().filter(queue_name=queue)
        if not waiting.exists():  # asked first, since the runner takes the lock of writers to look
            return False
        runner = Worker(
            queue_names=[queue],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=at_most,
            worker_id=self.name,
        )
        runner.run()
        return True
