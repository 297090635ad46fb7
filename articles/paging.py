"""Lists that go on for ever: a page is found by where it begins, never by counting."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

SIZE = 20  # stories on a page


@dataclass
class Page:
    """Some rows of a list, and the cursors of its neighbours (empty where there are none)."""

    items: list
    newer: str = ""
    older: str = ""

    def __iter__(self):
        return iter(self.items)

    def __bool__(self):
        return bool(self.items)


def page(rows, query, *, by="first_published_at", size=SIZE):
    """One page of `rows`, newest first by the field `by`.

    `query` is the request's: `?before=` a cursor goes on towards older rows, `?after=` back towards
    newer ones. A cursor that we did not make shows the first page.
    """
    before, after = read(query.get("before", "")), read(query.get("after", ""))
    if after:
        moment, pk = after
        ahead = rows.filter(Q(**{f"{by}__gte": moment})).exclude(Q(**{by: moment}, pk__lte=pk))
        found = list(ahead.order_by(by, "pk")[: size + 1])
        if len(found) <= size:  # so near the top that the first page shows them all
            return page(rows, {}, by=by, size=size)
        items, has_newer, has_older = found[:size][::-1], True, True
    else:
        rest = rows
        if before:
            moment, pk = before
            rest = rows.filter(Q(**{f"{by}__lte": moment})).exclude(Q(**{by: moment}, pk__gte=pk))
        found = list(rest.order_by(f"-{by}", "-pk")[: size + 1])
        items, has_newer, has_older = found[:size], bool(before), len(found) > size
    if not items:
        return Page([], newer="first" if before else "")
    return Page(
        items,
        newer=cursor(items[0], by) if has_newer else "",
        older=cursor(items[-1], by) if has_older else "",
    )


def cursor(row, by):
    """The place of a row in its list, for an address."""
    place = f"{getattr(row, by).isoformat()} {row.pk}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read(text):
    """The moment and id that a cursor stands for, or nothing if it is not one of ours."""
    try:
        moment, pk = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(" ")
        moment, pk = datetime.fromisoformat(moment), int(pk)
        if moment.tzinfo is None or not 0 <= pk < 2**63:
            return None
        return moment.astimezone(UTC), pk
    except (ValueError, OverflowError):
        return None
