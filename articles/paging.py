"""Lists that go on for ever: a page is found by where it begins, never by counting."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

SIZE = 20  # stories on a page
LOOK = 2_000  # rows that one page looks through, when few of them may fit


@dataclass
class Page:
    """Some rows of a list, and the cursors of its neighbours (empty where there are none)."""

    items: list
    newer: str = ""
    older: str = ""
    is_cut: bool = False  # whether the look ended before the page was full

    def __iter__(self):
        return iter(self.items)

    def __bool__(self):
        return bool(self.items)


def moment(text):
    """A value in a cursor, of rows that stand by a moment. ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def name(text):
    """A value in a cursor, of rows that stand by a name."""
    if "\0" in text:
        raise ValueError
    return text


def number(text):
    """A value in a cursor, of rows that stand by a number."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError
    return number


def page(rows, query, *, by="first_published_at", kind=moment, size=SIZE, falls=True, window=None):
    """One page of `rows` by the field `by`: newest first, or what rises first if it does not fall.

    `query` is the request's: `?before=` a cursor goes on towards older rows, `?after=` back towards
    newer ones. A cursor that we did not make shows the first page.

    `window(place, falls)` says among which rows one page looks, as a condition, and the place where
    the next look begins, if there is more. So a page costs the same however few rows fit.
    """
    before, after = (read(query.get(name, ""), kind) for name in ("before", "after"))
    if after:
        found, end = look(rows, after, by, size, not falls, window)
        if len(found) <= size and end is None:  # so near the top that the first page shows them all
            return page(rows, {}, by=by, kind=kind, size=size, falls=falls, window=window)
        items, is_cut = found[:size][::-1], len(found) <= size
        newer = end if is_cut else place_of(items[0], by)
        older = place_of(items[-1], by) if items else (after[0], after[1] + (1 if falls else -1))
        return Page(items, cursor(*newer), cursor(*older), is_cut)
    found, end = look(rows, before, by, size, falls, window)
    items, is_cut = found[:size], len(found) <= size and end is not None
    older = end if is_cut else place_of(items[-1], by) if len(found) > size else None
    newer = before and (cursor(*place_of(items[0], by)) if items else "first")
    return Page(items, newer or "", cursor(*older) if older else "", is_cut)


def look(rows, place, by, size, falls, window):
    """One row more than a page has, from a place on; and where the next look begins."""
    end = None
    if window:
        among, end = window(place, falls)
        rows = rows.filter(among)
    return list(ordered(beyond(rows, place, by, falls), by, falls)[: size + 1]), end


def beyond(rows, place, by, falls):
    """The rows after a place."""
    if not place:
        return rows
    (value, pk), (side, edge) = place, ("lte", "gte") if falls else ("gte", "lte")
    # Not one condition with an OR in it: only this way does the database begin at the place.
    return rows.filter(**{f"{by}__{side}": value}).exclude(**{by: value, f"pk__{edge}": pk})


def ordered(rows, by, falls):
    return rows.order_by(f"-{by}", "-pk") if falls else rows.order_by(by, "pk")


def along(rows, by):
    """A window over rows that an index has in order: LOOK of them are looked through at a time."""

    def window(place, falls):
        ahead = ordered(beyond(rows, place, by, falls), by, falls)
        end = ahead.values_list(by, "pk")[LOOK - 1 : LOOK].first()
        return Q(pk__in=ahead.values("pk")[:LOOK]), end

    return window


def side_by_side(parts, by="first_published_at", size=SIZE):
    """A window over rows that an index has part by part: of each, as many as a page may show."""

    def window(place, falls):
        ahead = [ordered(beyond(part, place, by, falls), by, falls) for part in parts]
        slices = [Q(pk__in=rows.values("pk")[: size + 1]) for rows in ahead]
        # Each in a question of its own: SQLite takes no limit inside a union.
        every = parts[0].model.objects.order_by().values("pk")
        first, *others = [every.filter(those) for those in slices]
        return Q(pk__in=first.union(*others, all=True)), None

    return window


def place_of(row, by):
    return getattr(row, by), row.pk


def cursor(value, pk):
    """The place of a row in its list, for an address."""
    value = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(f"{value} {pk}".encode()).decode().rstrip("=")


def read(text, kind=moment):
    """The place that a cursor stands for, or nothing if it is not one of ours."""
    try:
        place = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        value, pk = place.rsplit(" ", 1)
        return kind(value), number(pk)
    except (ValueError, OverflowError):
        return None
