"""A story's own page."""

from urllib.parse import unquote

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import richtext, structured_data
from articles.models import Article, Image, Status
from articles.views.pages import render, spoken


@require_safe
def article_page(request, section, code, slug):
    article = get_object_or_404(Article.objects.for_page(), code=code)
    if article.status == Status.WITHDRAWN:
        return withdrawn(request, article)
    if not article.is_public:
        raise Http404  # a draft answers as if there were nothing
    if request.path != unquote(article.get_absolute_url()):
        return redirect(article, permanent=True)
    return show(request, article)


def withdrawn(request, article):
    """Gone, and said so: at the address, and at the short URL."""
    return render(
        request, "withdrawn.html", {"article": article}, language=article.language, status=410
    )


def show(request, article):
    topics = [tagging.tag for tagging in article.taggings.all()]
    related = Article.objects.published().exclude(pk=article.pk).newest_first().for_cards()
    more = list(related.about_any(topics)[:4]) if topics else []
    context = {
        "article": article,
        "body": body(article),
        "topics": topics,
        "feeds": [article.section, *topics],
        "lead_address": article.lead_image
        and structured_data.absolute(article.lead_image.file.url),
        "authors": [byline.author for byline in article.bylines.all()],
        "corrections": article.corrections.all(),
        "translations": translations(article),
        "more": more,
        "more_in_section": [] if more else list(related.in_section(article.section)[:4]),
        "latest": list(related[:6]),
        "structured_data": structured_data.article(article),
    }
    return render(request, "article.html", context, language=article.language)


def body(article):
    codes = richtext.image_codes(article.body)
    images = Image.objects.filter(code__in=codes) if codes else []
    with translation.override(spoken(article.language)):
        return richtext.render(
            article.body,
            pictures={image.code: image.picture for image in images},
            dateline=article.dateline,
            labels={"table": _("Table"), "embed": _("Open on {site}")},
        )


def translations(article):
    """The same story in each language that it is told in, its own included; or nothing."""
    if article.translation_group is None:
        return []
    told = Article.objects.published().filter(translation_group=article.translation_group)
    told = list(told.select_related("section").defer("body").order_by("language"))
    return told if len(told) > 1 else []
