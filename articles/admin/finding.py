"""Find anything: one field, on every page of the desk, for whatever the newsroom has."""

import re
from dataclasses import asdict, dataclass
from urllib.parse import unquote, urlsplit

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import codes, publishing, richtext, search
from articles.admin.listing import state_of
from articles.admin.wording import name_of
from articles.models import Article, Author, Image, Section, Topic

MOST = 6  # of each kind
SUBJECTS = {"topic": Topic, "author": Author, "section": Section}


@dataclass
class Found:
    """One thing, and where at the desk it is."""

    title: str
    address: str
    note: str = ""
    state: str = ""
    state_name: str = ""
    lang: str = ""
    dir: str = "auto"


@require_safe
def find(request):
    """What matches, kind by kind: as a page, or as JSON for the field itself."""
    words = " ".join(richtext.printable(request.GET.get("q", "")).split())[: search.LONGEST]
    is_asked_by_script = "application/json" in request.headers.get("Accept", "")
    place = straight_to(request, words)
    if place and not is_asked_by_script:
        return redirect(place)
    groups = found(request, words) if words else []
    if is_asked_by_script:
        groups = [{"name": name, "found": [asdict(one) for one in some]} for name, some in groups]
        answer = JsonResponse({"straight": place, "groups": groups})
    else:
        context = admin.site.each_context(request)
        context |= {"title": _("Find anything"), "words": words, "groups": groups}
        answer = TemplateResponse(request, "admin/find.html", context)
    patch_vary_headers(answer, ["Accept"])
    return answer


def found(request, words):
    """Groups of what matches, each with its name. Nobody finds what they may not look at."""
    kinds = [
        (_("Stories"), Article, stories),
        (_("Pictures"), Image, pictures),
        (_("Topics"), Topic, topics),
        (_("Authors"), Author, authors),
        (_("Sections"), Section, sections),
        (_("People"), get_user_model(), people),
    ]
    groups = [(name, one(request, words)) for name, model, one in kinds if may_see(request, model)]
    groups.append((_("Pages of the desk"), pages(request, words)))
    return [(name, some) for name, some in groups if some]


def may_see(request, model):
    return admin.site.get_model_admin(model).has_view_permission(request)


def change_page(record):
    kind = record._meta
    return reverse(f"admin:{kind.app_label}_{kind.model_name}_change", args=[record.pk])


def stories(request, words):
    readable = Article.objects.filter(publishing.readable(request.user)).select_related("section")
    return [
        Found(
            article.headline,
            change_page(article),
            article.section.name if article.section else "",
            *state_of(article),
            article.language,
            article.direction,
        )
        for article in search.find_at_desk(words, readable, most=MOST)
    ]


def pictures(request, words):
    images = Image.objects.filter(pk__in=search.pictures(words, most=MOST)).order_by("-pk")
    return [Found(str(image), change_page(image), image.credit) for image in images]


def topics(request, words):
    found = admin.site.get_model_admin(Topic).named_like(words)[:MOST]
    return [Found(topic.name, change_page(topic)) for topic in found]


def authors(request, words):
    found = Author.objects.signing().filter(name__icontains=words)[:MOST]
    return [Found(author.name, change_page(author), author.job_title) for author in found]


def sections(request, words):
    found = Section.objects.filter(name__icontains=words)[:MOST]
    return [Found(section.name, change_page(section)) for section in found]


def people(request, words):
    named = Q(username__icontains=words) | Q(first_name__icontains=words)
    accounts = get_user_model().objects.filter(named | Q(last_name__icontains=words))
    found = accounts.order_by("username")[:MOST]
    return [Found(name_of(person), change_page(person), person.username) for person in found]


def pages(request, words):
    known = [(admin.site.index_title, reverse("admin:index"))]
    if request.user.has_perm("articles.add_article"):
        known.append((_("New story"), reverse("admin:articles_article_add")))
    for desk in admin.site.get_app_list(request):
        known += [(kind["name"], kind["admin_url"]) for kind in desk["models"] if kind["admin_url"]]
    begun = words.casefold()
    found = [(str(name), address) for name, address in known if begun in str(name).casefold()]
    return [Found(name, address) for name, address in found[:MOST]]


def straight_to(request, words):
    """The page of the desk that a pasted code or address means, if there is one."""
    path = unquote(urlsplit_path(words)) if "/" in words else ""
    match = resolves(path)
    if match and match.app_name == "admin" and match.url_name:  # else Django's page for no address
        return path
    if path or re.fullmatch(codes.PATTERN, words.lower()):
        for model in (Article, Image):
            records = model.objects.filter(code__in=codes.within(words))
            if model is Article:
                records = records.filter(publishing.readable(request.user))
            if may_see(request, model) and (record := records.first()):
                return change_page(record)
    if match and (model := SUBJECTS.get(match.url_name)) and may_see(request, model):
        record = model.objects.filter(slug=match.kwargs["slug"]).first()
        return change_page(record) if record else ""
    return ""


def urlsplit_path(words):
    try:
        return urlsplit(words).path
    except ValueError:
        return ""


def resolves(path):
    try:
        return resolve(path) if path else None
    except Resolver404:
        return None
