#!/usr/bin/env python3
"""Django's command line for this newsroom; `python manage.py quickstart` is the place to begin."""

import os
import sys


def main():
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(
            "Newsroom needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info)
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django is not installed here. Run: .venv/bin/pip install -r requirements.txt,"
            " then use .venv/bin/python."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
