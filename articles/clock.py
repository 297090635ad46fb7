"""Times that cannot lie: the words for a moment, and how long a page that prints them is true."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60  # seconds


@dataclass
class Clock:
    """One page's idea of now. With each moment it words, it learns when those words grow old."""

    now: datetime = field(default_factory=timezone.now)
    lifetime: int = settings.PAGE_LIFETIME  # seconds the page may be stored

    def words(self, moment):
        """A moment for readers: "7 sec ago", "13 min ago", "3 hours ago", "28 April 2025"."""
        age = int((self.now - moment).total_seconds())
        if not 0 <= age < DAY:
            if age < 0:
                self.expire_in(-age)
            return self.date(moment)
        if age < MINUTE:
            self.expire_in(1)
            age = max(age, 1)
            return ngettext("%(n)d sec ago", "%(n)d sec ago", age) % {"n": age}
        if age < HOUR:
            self.expire_in(MINUTE - age % MINUTE)
            return ngettext("%(n)d min ago", "%(n)d min ago", age // MINUTE) % {"n": age // MINUTE}
        self.expire_in(HOUR - age % HOUR)
        return ngettext("%(n)d hour ago", "%(n)d hours ago", age // HOUR) % {"n": age // HOUR}

    def is_counted(self, moment):
        """Whether the words for a moment still change while a page is open."""
        return timedelta() <= self.now - moment < timedelta(days=1)

    def date(self, moment):
        return date_format(timezone.localtime(moment), _("j F Y"))

    def exact(self, moment):
        """Date, minute and zone."""
        moment = timezone.localtime(moment)
        words = date_format(moment, _("j F Y, H:i"))
        return f"{words} {moment.tzname()}"

    def to_the_second(self, moment):
        """The exact moment with its zone, for the `title` of a time."""
        moment = timezone.localtime(moment)
        words = date_format(moment, _("j F Y, H:i:s"))
        return f"{words} {moment.tzname()}"

    def hour(self, moment):
        """Minute and zone."""
        moment = timezone.localtime(moment)
        return f"{moment:%H:%M} {moment.tzname()}"

    def brief(self, moment, day=None):
        """For lists at the desk: the minute, with the day if it is not today or the one given."""
        moment, today = timezone.localtime(moment), timezone.localdate(self.now)
        if moment.date() == (day or today):
            return f"{moment:%H:%M}"
        form = _("j M, H:i") if moment.year == today.year else _("j M Y, H:i")
        return date_format(moment, form)

    def today(self):
        """The day that heads the front page, and which ends at midnight."""
        self.expire_with_the_day()
        return date_format(timezone.localtime(self.now), _("l j F Y"))

    def expire_with_the_day(self):
        """The newsroom's day. Rights to pictures end with one, and no page may show them longer."""
        tomorrow = timezone.localdate(self.now) + timedelta(days=1)
        self.expire_at(timezone.make_aware(datetime.combine(tomorrow, time())))

    def expire_at(self, moment):
        self.expire_in(max(0, int((moment - self.now).total_seconds())))

    def expire_in(self, seconds):
        self.lifetime = min(self.lifetime, seconds)
