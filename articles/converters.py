"""Pieces of our addresses."""

from articles import codes


class CodeConverter:
    """A story's code, in capitals too: people copy it from paper and read it aloud."""

    regex = f"[{codes.ALPHABET}{codes.ALPHABET.upper().strip('0123456789')}]{{{codes.LENGTH}}}"

    def to_python(self, value):
        return value.lower()

    def to_url(self, value):
        return value


class SlugConverter:
    """Words in any script. What they say is checked against the record, so anything may come in."""

    regex = "[^/]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class TokenConverter:
    """What opens a preview: longer than any code, so that a section may be called “preview”."""

    regex = "[A-Za-z0-9_-]{32}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
