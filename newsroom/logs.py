"""What the server writes down."""

import logging

LONGEST = 300  # characters of a line


def in_one_line(record):
    """For whatever a scanner sends: a short line without a traceback, whatever breaks are in it."""
    signs = (sign if sign.isprintable() else " " for sign in record.getMessage())
    record.msg, record.args = " ".join("".join(signs).split())[:LONGEST], ()
    record.exc_info = record.exc_text = record.stack_info = None
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True
