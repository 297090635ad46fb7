"""What the owner tells readers: the pages about the house, and its colours."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from articles import brand
from articles.models import Page, Section, Site
from articles.views.articles import body
from articles.views.pages import render

A_YEAR = 365 * 24 * 60 * 60  # seconds


def house_page(request, slug):
    """A page about the house. Sections share its kind of address, and are looked for first."""
    found = get_object_or_404(Page, slug=slug)
    context = {"house_page": found, "body": body(found)}
    return render(request, "page.html", context, language=found.language)


@require_safe
def style(request):
    """The owner's colours. An address that names just these may be kept for ever."""
    site, asked = Site.current(), request.GET.get("v", "")
    sheets = [brand.sheet(site), brand.sheet(site, Section.objects.in_order())]
    named = next((sheet for sheet in sheets if brand.mark(sheet) == asked), None)
    if named is None:
        response = HttpResponse(sheets[-1], content_type="text/css")
        patch_cache_control(response, public=True, max_age=settings.PAGE_LIFETIME)
    else:
        response = HttpResponse(named, content_type="text/css")
        patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
    return response
