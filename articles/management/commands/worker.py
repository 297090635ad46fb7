"""Does what is due at its moment, and what can wait, until it is stopped: `manage.py worker`.

Any number may run, on any number of machines. One that dies in the middle of something loses
nothing: what it had begun is undone with its transaction, and found again by the next.
"""

import signal
import threading
import time
import uuid

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from articles import scheduling
from articles.models import Site

PAUSE = 1  # second between two looks, when there is nothing to do
LOOK_AGAIN = 30  # seconds until it looks for what was due and somebody else left undone
TIDY_UP = 60 * 60  # seconds


class Command(BaseCommand):
    help = "Does what is due at its moment, and what can wait, until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument(
            "--once", action="store_true", help="do what there is to do now, then stop"
        )

    def handle(self, *, once, **options):
        self.stopping = threading.Event()
        if not once:
            for name in (signal.SIGINT, signal.SIGTERM):
                signal.signal(name, lambda *_: self.stopping.set())
        self.name = str(uuid.uuid4())
        self.looked = self.tidied = float("-inf")
        while not self.stopping.is_set():
            try:
                with Site.read().at_work():  # what it writes down tells the newsroom's times
                    self.work()
            except OperationalError as error:
                self.stderr.write(f"The database does not answer: {error}".strip())
            if once:
                return
            close_old_connections()
            self.stopping.wait(PAUSE)

    def work(self):
        """What is due comes first, and between any two tasks that can wait."""
        now = time.monotonic()
        if now - self.looked > LOOK_AGAIN:
            self.looked = now
            for pk in scheduling.apply_due():
                self.stdout.write(f"Carried out scheduled publication {pk}.")
        if now - self.tidied > TIDY_UP:
            self.tidied = now
            scheduling.thin_out_autosaves.enqueue()
        self.run("due")
        while not self.stopping.is_set() and self.run("default", at_most=1):
            self.run("due")

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
