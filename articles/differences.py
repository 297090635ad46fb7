"""What differs between two texts, in running words, and how two edits of one text fit together.

Plain Python. The merge is the classic one of three texts: what only one side touched is taken from
that side, what both touched differently is a clash (Khanna, Kunal & Pierce, “A Formal Investigation
of Diff3”, 2007).
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise

TOKEN = re.compile(r"<[^>]*>|\w+(?:[’'\-.,]\w+)*|\s+|.", re.DOTALL)
WORD = re.compile(r"\s*\S+(?:\s+$)?")
BARE_WORD = re.compile(r"\w+")
LONGEST = 4000  # tokens compared word by word; of longer texts, only the lines that differ
WIDEST = 10_000  # pairs of items weighed against each other; more are paired in their order


@dataclass(frozen=True)
class Piece:
    """A run of words: kept in both, taken out, or put in."""

    kind: str  # "same", "out" or "in"
    text: str


@dataclass(frozen=True)
class Stretch:
    """Items of three lists, from one place: taken (`merged`), or a clash of `theirs` and `mine`."""

    base: list
    theirs: list
    mine: list
    merged: list | None  # None in a clash

    @property
    def is_touched(self):
        return not self.base == self.theirs == self.mine


def tokens(text):
    """Tags, words (figures and names with their points and hyphens whole), spaces, other signs."""
    return TOKEN.findall(text)


def steps(before, after, is_junk=None):
    """How one list becomes another: (what happens, from, to, from, to), in `before`, in `after`.

    What happens is "equal", "replace", "delete" or "insert".
    """
    return SequenceMatcher(is_junk, before, after, autojunk=False).get_opcodes()


def pieces(before, after):
    """The two texts as one run of pieces, whole words at a time."""
    a, b = tokens(before), tokens(after)
    if len(a) + len(b) > LONGEST:
        return _of_lines(before, after)
    found = []
    # Only words are matched: every space with every other would take fifty times as long.
    for kind, i, j, k, m in steps(a, b, is_junk=str.isspace):
        if kind == "equal":
            # A lone space between two changes reads better as part of both.
            found.append(Piece("same", "".join(a[i:j])))
            continue
        if j > i:
            found.append(Piece("out", "".join(a[i:j])))
        if m > k:
            found.append(Piece("in", "".join(b[k:m])))
    return _joined(found)


def _of_lines(before, after):
    """The same of long texts. Lines are matched first, then the words between those that stayed."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found = []
    for kind, i, j, k, m in steps(old, new):
        was, now = "".join(old[i:j]), "".join(new[k:m])
        if kind == "equal":
            found.append(Piece("same", was))
        elif (was, now) == (before, after):  # nothing stayed
            found += [Piece("out", was), Piece("in", now)]
        else:
            found += pieces(was, now)
    return _joined(found)


def _joined(found):
    """Changes that only a space keeps apart become one, so that phrases change, not words."""
    joined = []
    for piece in found:
        apart = piece.kind == "same" and not piece.text.strip()
        if apart and joined and joined[-1].kind != "same" and piece is not found[-1]:
            joined += [Piece("out", piece.text), Piece("in", piece.text)]
        else:
            joined.append(piece)
    runs = []
    for is_same, group in groupby(joined, key=lambda piece: piece.kind == "same"):
        run = list(group)
        for kind in ("same",) if is_same else ("out", "in"):
            text = "".join(piece.text for piece in run if piece.kind == kind)
            runs += [Piece(kind, text)] if text else []
    return runs


def shortened(found, around):
    """The same run, with no more than so many words of what stayed beside each change."""
    short = []
    for place, piece in enumerate(found):
        words = WORD.findall(piece.text)
        head = around if place > 0 else 0
        tail = around if place < len(found) - 1 else 0
        if piece.kind == "same" and len(words) > head + tail:
            kept = [*words[:head], " … ", *words[len(words) - tail :]]
            piece = Piece("same", "".join(kept))
        short.append(piece)
    return short


def changed_words(before, after):
    """How many words were put in, and how many taken out."""
    found = pieces(before, after)
    return tuple(
        sum(len(piece.text.split()) for piece in found if piece.kind == kind)
        for kind in ("in", "out")
    )


def likeness(one, other):
    """How much of two texts is the same words, from 0 to 1, in whatever order (Dice, 1945)."""
    a, b = Counter(BARE_WORD.findall(one)), Counter(BARE_WORD.findall(other))
    if not a and not b:
        return float(one == other)
    return 2 * (a & b).total() / (a.total() + b.total())


def share(part, whole):
    """How much of a text stands in another one: the share of its pairs of neighbouring words."""
    a, b = (Counter(pairwise(WORD.findall(text))) for text in (part, whole))
    return (a & b).total() / a.total() if a else float(part == whole)


def matched(before, after):
    """Which item became which, in order: (place in `before` or None, place in `after` or None).

    Equal items belong together; among the others, those whose words are most alike.
    """
    found = []
    for kind, i, j, k, m in steps(before, after):
        if kind == "equal":
            found += zip(range(i, j), range(k, m), strict=True)
        else:
            found += [
                (None if old is None else i + old, None if new is None else k + new)
                for old, new in _most_alike(before[i:j], after[k:m])
            ]
    return found


def _most_alike(old, new):
    """Pairs in order, so that the sum of their likeness is most. Any pair is better than none."""
    rows, columns = len(old), len(new)
    if rows * columns > WIDEST:
        longest = range(max(rows, columns))
        return [(n if n < rows else None, n if n < columns else None) for n in longest]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    alike = [[0.1 + likeness(one, other) for other in new] for one in old]
    for i in reversed(range(rows)):
        for k in reversed(range(columns)):
            together = alike[i][k] + best[i + 1][k + 1]
            best[i][k] = max(together, best[i + 1][k], best[i][k + 1])
    found, i, k = [], 0, 0
    while i < rows and k < columns:
        if best[i][k] == alike[i][k] + best[i + 1][k + 1]:
            found.append((i, k))
            i, k = i + 1, k + 1
        elif best[i][k] == best[i + 1][k]:
            found.append((i, None))
            i += 1
        else:
            found.append((None, k))
            k += 1
    return found + [(n, None) for n in range(i, rows)] + [(None, n) for n in range(k, columns)]


def pairs(before, after):
    """Two lists of items, side by side: (place in `after`, old or "", new or "") where they differ.

    Places count from 1. An item that was only reworded stands beside what became of it.
    """
    found, place = [], 0
    for old, new in matched(before, after):
        place += new is not None
        was = "" if old is None else before[old]
        now = "" if new is None else after[new]
        if was != now:
            found.append((max(place, 1), was, now))
    return found


def stretches(base, theirs, mine):
    """Three lists as one list of stretches, in order."""
    found = []
    for (b0, t0, m0), (b1, t1, m1) in pairwise(_anchors(base, theirs, mine)):
        if (b1, t1, m1) == (b0 + 1, t0 + 1, m0 + 1) and base[b0] == theirs[t0] == mine[m0]:
            found.append(Stretch([base[b0]], [base[b0]], [base[b0]], [base[b0]]))
            continue
        found += _between(base[b0:b1], theirs[t0:t1], mine[m0:m1])
    return found


def _anchors(base, theirs, mine):
    """Places where all three lists agree, as cuts before and after each item they share."""
    in_theirs, in_mine = _matches(base, theirs), _matches(base, mine)
    cuts, last = [(0, 0, 0)], (-1, -1)
    for place in range(len(base)):
        t, m = in_theirs.get(place), in_mine.get(place)
        if t is None or m is None or t <= last[0] or m <= last[1]:
            continue
        last = (t, m)
        cuts += [(place, t, m), (place + 1, t + 1, m + 1)]
    cuts.append((len(base), len(theirs), len(mine)))
    return list(dict.fromkeys(cuts))


def _matches(base, other):
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def _between(base, theirs, mine):
    if theirs == mine or mine == base:
        return [Stretch(base, theirs, mine, theirs)]
    if theirs == base:
        return [Stretch(base, theirs, mine, mine)]
    if len(base) == len(theirs) == len(mine) and len(base) > 1:  # item by item
        rows = zip(base, theirs, mine, strict=True)
        return [stretch for b, t, m in rows for stretch in _between([b], [t], [m])]
    return [Stretch(base, theirs, mine, None)]


def both(base, theirs, mine):
    """One text with the edits of both, if no word was touched by both; else nothing."""
    parts = [tokens(text) for text in (base, theirs, mine)]
    if sum(map(len, parts)) > LONGEST:
        return None
    found = stretches(*parts)
    if any(stretch.merged is None for stretch in found):
        return None
    return "".join("".join(stretch.merged) for stretch in found)
