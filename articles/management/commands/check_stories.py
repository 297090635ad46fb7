"""Tells what the rules of the desk say of every story: `manage.py check_stories`.

One line for each finding: code, headline, sentence. It ends with 1 if a story has what stops a
publication. Published stories are looked at as readers have them, all others as the desk has them.
"""

import argparse
import sys
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from articles import checks, words
from articles.models import UNPUBLISHED, Article, Check, Section, Status

BATCH = 200  # stories looked at together


class Command(BaseCommand):
    help = "Tells what the rules of the desk say of published stories and drafts."

    def add_arguments(self, parser):
        parser.add_argument("--section", help="only stories of this section, by its address")
        parser.add_argument(
            "--since", type=day, help="only stories saved on this day or later: 2025-04-28"
        )
        parser.add_argument(
            "--level", choices=["stop", "warn"], help="only what stops, or only what warns"
        )

    def handle(self, *, section, since, level, verbosity, **options):
        stories = Article.objects.filter(status__in=[*UNPUBLISHED, Status.PUBLISHED])
        if section:
            found = Section.objects.filter(slug=section).first()
            if found is None:
                raise CommandError(f"There is no section “{section}”.")
            stories = stories.filter(section=found)
        if since:
            stories = stories.filter(saved_at__date__gte=since)
        rules, looked_at, stopped = list(Check.objects.in_use()), 0, 0
        for batch in batches(stories.select_related("lead_image").order_by("pk")):
            copies = [
                checks.Copy.of(content, article)
                for content, article in zip(words.of_each(batch), batch, strict=True)
            ]
            for article, found in zip(batch, checks.look_at(copies, rules), strict=True):
                stopped += any(one.stops for one in found)
                for one in found:
                    if level in {None, one.level}:
                        self.stdout.write(f"{article.code}  {article.headline}  {one.sentence}")
            looked_at += len(batch)
            if verbosity:
                self.stderr.write(f"{looked_at} stories looked at", ending="\n")
        if stopped:
            sys.exit(1)


def day(text):
    """A kind of argument: a day that there is."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day, 2025-04-28 say") from None


def batches(stories):
    """All of them, some at a time, in the order of their numbers: nothing is kept in memory."""
    last = 0
    while batch := list(stories.filter(Q(pk__gt=last))[:BATCH]):
        yield batch
        last = batch[-1].pk
