"""What templates for readers need beyond Django's own."""

from typing import NamedTuple

from django import template
from django.contrib import admin
from django.template.defaultfilters import stringfilter
from django.utils.encoding import uri_to_iri
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_info

from articles import models

register = template.Library()


class Place(NamedTuple):
    """Where pages show pictures: in which crop, and how wide it is drawn, as `sizes` says it.

    The widths are those of the style sheet, within a tenth. 94vw - .8rem is the page without its
    gutters (on wide screens 100vw - 5rem).
    """

    crop: str
    sizes: str
    on_phones: tuple[str, str] | None = None  # another crop and its sizes
    is_first: bool = False  # it is the largest on its page, so it is fetched before all others


LEAD = Place(
    "lead",
    "(min-width: 64em) min(90vw - 18.3rem, 57rem), calc(94vw - .8rem)",
    on_phones=("square", "100vw"),
    is_first=True,
)
PLACES = {
    "lead": LEAD,
    "lead-full": LEAD._replace(crop="full", on_phones=("full", "100vw")),
    "lead-full-square": LEAD._replace(crop="full"),
    "gallery": Place("full", "(min-width: 48em) 36rem, calc(94vw - 2.8rem)"),
    "front": Place(
        "lead",
        "(min-width: 68em) min(53vw - 2.6rem, 42.3rem), calc(62vw - 2rem)",
        on_phones=("square", "calc(94vw - .8rem)"),
        is_first=True,
    ),
    "second": Place(
        "card",
        "(min-width: 68em) min(23vw - 3.3rem, 16.6rem), (min-width: 48em) calc(32vw - .9rem), 30vw",
    ),
    "row": Place("card", "(min-width: 45.5em) min(23.5vw - 1.4rem, 18.9rem), 30vw"),
    "row-lead": Place(
        "card", "(min-width: 45.5em) min(47vw - 2.5rem, 37.8rem), calc(94vw - .8rem)"
    ),
    "river": Place("card", "(min-width: 64em) min(27vw - 5.5rem, 17.7rem), 28vw"),
    "face": Place("square", "6rem"),
    "logo": Place("full", "16rem"),
}
# Records that go with another and have no list of their own, but a name that the desk knows.
KNOWN = (
    *(models.TopicAlias, models.Byline, models.Revision, models.Note, models.Assignment),
    *(models.ScheduledPublication, models.PreviewLink, models.PreviewAnswer, models.KeptSearch),
)
ON_PHONES, IN_THE_DARK = "(max-width: 39.99em)", "(prefers-color-scheme: dark)"


@register.simple_tag
def picture(image, place, alt=None, lazy=True, in_the_dark=None):
    """A picture of the library in one of the `PLACES`. The first of a page is not lazy."""
    place = PLACES[place]
    others = []
    if in_the_dark:
        others.append((IN_THE_DARK, in_the_dark.in_crop(place.crop), place.sizes))
    if place.on_phones and image.has_all_prints:
        crop, sizes = place.on_phones
        others.append((ON_PHONES, image.in_crop(crop), sizes))
    how = {"is_first": place.is_first, "is_lazy": lazy and not place.is_first}
    return mark_safe(image.in_crop(place.crop).html(place.sizes, alt=alt, others=others, **how))


@register.filter
def after(number, limit):
    return number > limit


@register.simple_tag
def moment(clock, at):
    """A time as readers are told it, with the exact one behind it.

    `data-age`, in seconds, lets the script count on without trusting the reader's clock, until the
    day is over and `data-date` takes its place.
    """
    words = clock.words(at)
    stamp = at.isoformat(timespec="seconds")
    if not clock.is_counted(at):
        return format_html(
            '<time datetime="{}" title="{}">{}</time>', stamp, clock.to_the_second(at), words
        )
    return format_html(
        '<time datetime="{}" title="{}" data-age="{}" data-date="{}">{}</time>',
        stamp,
        clock.to_the_second(at),
        int((clock.now - at).total_seconds()),
        clock.date(at),
        words,
    )


@register.simple_tag
def exact_date(clock, at):
    """A date that is never counted, with the exact moment behind it."""
    stamp = at.isoformat(timespec="seconds")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', stamp, clock.to_the_second(at), clock.date(at)
    )


@register.filter
def counts(clock, at):
    return clock.is_counted(at)


@register.simple_tag
def hour(clock, at):
    return clock.hour(at)


@register.simple_tag
def brief(clock, at):
    """A moment in a list at the desk, with the exact one behind it."""
    stamp = at.isoformat(timespec="seconds")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', stamp, clock.to_the_second(at), clock.brief(at)
    )


@register.simple_tag
def today(clock):
    return clock.today()


@register.simple_tag
def page_language():
    """The attributes of the html element: the language of the words round a story."""
    language = get_language() or models.Site.current().language
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    return format_html('lang="{}" dir="{}"', language, direction)


@register.filter
def own_language(article):
    """Attributes for a story that is told in another language than the page round it."""
    if article.language == get_language():
        return ""
    return format_html(' lang="{}" dir="{}"', article.language, article.direction)


@register.simple_tag
def site_language():
    """The attribute of names that stand in the site's language on a page of another."""
    language = models.Site.current().language
    return "" if get_language() == language else format_html(' lang="{}"', language)


@register.filter
def outer_language(article):
    """Attributes for the page's own words inside such a story, so that dates keep their order."""
    return "" if article.language == get_language() else mark_safe(f" {page_language()}")


@register.filter
def hreflang(article):
    """The attribute of a link that leads into another language."""
    return (
        ""
        if article.language == get_language()
        else format_html(' hreflang="{}"', article.language)
    )


@register.filter
@stringfilter
def breakable(address):
    """An address that may be broken after its host, without its scheme."""
    host, slash, rest = address.partition("://")[2].partition("/")
    return format_html("{}{}{}{}", host, mark_safe("<wbr>"), slash, rest)


@register.filter
def apart(words):
    """A name or the like among other words, so that neither turns the other's direction."""
    return format_html("<bdi>{}</bdi>", words)


@register.filter
@stringfilter
def in_letters(address):
    """An address as people read it: with its own letters, in whatever script."""
    return uri_to_iri(address)


@register.filter
def known(counted):
    """Of the records that go with another, as Django counts them, those that people know."""
    shown = [*KNOWN, *admin.site._registry]
    names = {str(record._meta.verbose_name_plural) for record in shown}
    return [(name, count) for name, count in counted if str(name) in names]
