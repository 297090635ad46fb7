"""The editor's guide at the desk."""

from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import guide, richtext

LONGEST = 100  # characters of a search


@require_safe
def contents(request):
    """What there is to read; or, with `?q=`, where these words stand."""
    words = richtext.printable(request.GET.get("q", "")).strip()[:LONGEST]
    desk, handbook = guide.chapters()
    context = {"desk": desk, "handbook": handbook, "words": words}
    if words:
        context["found"] = guide.find(words)
    return page(request, "admin/guide/contents.html", _("Guide"), context)


@require_safe
def chapter(request, slug):
    desk, handbook = guide.chapters()
    everything = [*desk, *handbook]
    place = next((n for n, each in enumerate(everything) if each.slug == slug), None)
    if place is None:
        raise Http404
    context = {
        "chapter": everything[place],
        "before": everything[place - 1] if place else None,
        "after": everything[place + 1] if place + 1 < len(everything) else None,
        "desk": desk,
        "handbook": handbook,
    }
    return page(request, "admin/guide/chapter.html", everything[place].title, context)


def page(request, template, title, context):
    return TemplateResponse(
        request, template, admin.site.each_context(request) | {"title": title} | context
    )
