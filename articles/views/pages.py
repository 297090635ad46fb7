"""How every page for readers leaves the house."""

from django.conf import settings
from django.shortcuts import redirect
from django.shortcuts import render as django_render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri

from articles import brand
from articles.clock import Clock
from articles.models import Page, Section, Site


def render(request, template, context, *, language=None, status=200, until=()):
    """A page in its own language, stored no longer than the times it prints stay true.

    `language` is the story's; the words round it follow when readers' pages speak it. `until` are
    moments at which the page would say something else.
    """
    clock = Clock()
    clock.expire_with_the_day()
    for moment in until:
        clock.expire_at(moment)
    site = Site.current()
    sections = context.get("sections") or list(Section.objects.in_order())
    with translation.override(site.spoken(language)):
        response = django_render(
            request,
            template,
            {
                "clock": clock,
                "sections": sections,
                "house_pages": list(Page.objects.filter(is_in_footer=True).defer("body")),
                "site": site,
                "site_name": site.name,
                "site_style": brand.address(site, sections),
                "site_url": settings.SITE_URL,
                "canonical": settings.SITE_URL + iri_to_uri(request.path),
                "editor": _editor(request),
            }
            | context,
            status=status,
        )
    patch_cache_control(response, public=True, max_age=clock.lifetime)
    return response


def moved(place):
    """Lead to the address that a page has now. Stored like a page: it may get another one."""
    response = redirect(place, permanent=True)
    patch_cache_control(response, public=True, max_age=settings.PAGE_LIFETIME)
    return response


def spoken(language):
    """The language of the words round a story: its own, if readers' pages speak that."""
    return Site.current().spoken(language)


def _editor(request):
    """The signed-in journalist, if one is looking. Readers have no session, and get none."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_staff:
        return request.user
    return None
