"""Short codes: the five letters that find a story whatever its headline becomes."""

import re
import secrets

ALPHABET = "23456789abcdefghjkmnpqtvxyz"  # no symbol looks like another, aloud or in print
LENGTH = 5
PATTERN = f"[{ALPHABET}]{{{LENGTH}}}"

# Words that no editor wants under a story. Without i, l, o, s and u in the alphabet few can occur.
BLOCKED = re.compile(
    "fag|kkk|ngr|n[e3]gr|cnt|fck|fuk|kyk|gyp|dyk|tw[a4]t|r[a4]p[e3]|n[a4]z|cvnt|fvck|h[4a]te|d[3e]ad"
)


def mint():
    """A random code. The database refuses the rare one that is taken; `save` asks for another."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not BLOCKED.search(code):
            return code


def within(text):
    """The codes that an address or a sentence may name."""
    return re.findall(rf"(?<![a-z0-9]){PATTERN}(?![a-z0-9])", text.lower())
