"""Moments as people write them: a day and an hour on the newsroom's clock. Plain Python.

Twice a year that clock jumps. An hour that it leaves out is no moment, and one that it shows twice
is two of them; PEP 495 calls the second one `fold=1`.
"""

from datetime import UTC


def meant(written, zone):
    """The moments that a time without a zone may mean there: none, one, or two, earlier first."""
    earlier, later = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return [earlier]
    exists = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == written
    return [earlier, later] if exists else []


def zone_of(moment):
    """How a moment's zone is said: “CEST, UTC+2”."""
    minutes = int(moment.utcoffset().total_seconds()) // 60
    sign, (hours, rest) = "−" if minutes < 0 else "+", divmod(abs(minutes), 60)
    offset = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    name = moment.tzname()
    return offset if name == offset or not name.isalpha() else f"{name}, {offset}"
