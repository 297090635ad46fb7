"""What templates for readers need beyond Django's own."""

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.encoding import uri_to_iri
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_info

from articles.models import Site

register = template.Library()


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
    language = get_language() or Site.current().language
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
    language = Site.current().language
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
