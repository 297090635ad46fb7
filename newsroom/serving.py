"""Keep processes running until someone asks them to stop. Plain Python, no Django."""

import os
import signal
import subprocess
import time
from contextlib import suppress

FIRST_PAUSE = 1  # seconds before a process that died is started again; doubles each time
LONGEST_PAUSE = 30  # seconds
WELL = 60  # seconds of running after which earlier deaths are forgotten
QUICK = 10  # seconds; whatever dies sooner never really ran
PATIENCE = 5  # quick deaths in a row before we give up
GRACE = 10  # seconds a process gets to stop by itself


class GaveUp(Exception):  # noqa: N818
    """A process dies as soon as it is started, however often."""


class Child:
    """One command that should be running. `how` goes to subprocess.Popen as it is."""

    def __init__(self, name, command, **how):
        self.name = name
        self.command = command
        self.how = how
        self.process = None
        self.quick_deaths = 0
        self.pause = 0
        self.due = 0.0

    def start(self):
        # A group of its own: Ctrl-C in a terminal reaches us alone, and we can end whole families.
        self.process = subprocess.Popen(  # noqa: S603
            self.command, stdin=subprocess.DEVNULL, process_group=0, **self.how
        )
        self.started = time.monotonic()

    def look_after(self, say):
        """Start the process when it is due; when it has died, say so and plan the next start."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
        elif self.process.poll() is not None:
            self.note_death(now - self.started, say)
            self.due = now + self.pause

    def note_death(self, ran, say):
        self.kill()
        code, self.process = self.process.returncode, None
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self.quick_deaths = self.quick_deaths + 1 if ran < QUICK else 0
        if self.quick_deaths == PATIENCE:
            raise GaveUp(f"{self.name} died {PATIENCE} times right after its start ({how}).")
        again = 0 if ran > WELL else self.pause * 2
        self.pause = min(max(again, FIRST_PAUSE), LONGEST_PAUSE)
        say(f"{self.name} died ({how}). Starting it again in {self.pause} s …")

    def ask_to_stop(self):
        if self.process:
            self.process.terminate()

    def wait(self, seconds):
        """Give the process time to stop by itself, then end it and all that it started."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            self.kill()
            self.process.wait()

    def kill(self):
        with suppress(ProcessLookupError, PermissionError):  # nobody is left
            os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Starts children, starts them again when they die, and leaves none behind.

    with Supervisor([Child("The web server", [...])], say=print) as supervisor:
        while supervisor.watch():
            pass
    """

    def __init__(self, children, *, say):
        self.children = children
        self.say = say
        self.asked_to_stop = False
        self.handlers = {}

    def __enter__(self):
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if name == signal.SIGHUP and signal.getsignal(name) == signal.SIG_IGN:
                continue  # under nohup we outlive the terminal
            self.handlers[name] = signal.signal(name, self.note_signal)
        return self

    def note_signal(self, number, frame):
        self.asked_to_stop = True

    def watch(self):
        """Look after every child once, and rest a moment. False as soon as we are asked to stop."""
        if not self.asked_to_stop:
            for child in self.children:
                child.look_after(self.say)
            time.sleep(0.1)
        return not self.asked_to_stop

    def __exit__(self, *problem):
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait(max(0, deadline - time.monotonic()))
        for name, handler in self.handlers.items():
            signal.signal(name, handler)
