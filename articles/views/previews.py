"""A story on the readers’ own page before readers see it: at the desk, and for people outside."""

from urllib.parse import quote, unquote

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import previews, publishing, words
from articles.models import PreviewLink
from articles.views.articles import around, story, with_frames
from articles.views.pages import render, spoken

SEEN = Signer(salt="articles.preview-seen")  # which version somebody read, so that none is made up
COOKIE, NAME = "preview", "preview-name"


def preview(request, article, version, template="preview.html", **told):
    """The page of a version. One that never was out says so and has nothing to share."""
    content = version.content
    words.fill(article, content)
    topics = words.about(content)
    context = story(article, topics, words.signed_by(content)) | around(article, topics)
    context |= {"version": version, "is_preview": True} | told
    page = render(request, template, context, language=article.language)
    return kept_out(with_frames(page, article.body))


def kept_out(page):
    """Out of every cache and every search engine; nobody else learns the address.

    Our own forms still say where they come from, which Django's check against forged ones asks.
    """
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.headers["Referrer-Policy"] = "same-origin"
    return page


@require_http_methods(["GET", "HEAD", "POST"])
def preview_page(request, token):
    """What a preview link opens.

    One that ended says the same as one that never was. Where openings are counted, only a press on
    a button is one: chat programs look at every link that they show.
    """
    link = PreviewLink.objects.select_related(
        "article__section", "article__lead_image", "revision", "made_by"
    )
    link = link.filter(token=token).first()
    if link is None:
        return over(request)
    if request.method == "POST" and number_seen(link, request.POST.get("seen", "")):
        return take_answer(request, link)
    if link.revoked_at:
        return over(request)
    if link.leads_to_the_story:
        return kept_out(redirect(link.article))
    is_in = link.limit is None or was_let_in(request, link)
    if link.is_over or not link.shows_something or (link.is_used_up and not is_in):
        return over(request)
    if is_in:
        return take_answer(request, link) if request.method == "POST" else show(request, link)
    if request.method == "POST":
        return let_in(request, link)
    return kept_out(render(request, "preview_door.html", {"left": link.limit - link.opened}))


def over(request, **told):
    return kept_out(render(request, "preview_over.html", told, status=404))


def was_let_in(request, link):
    """Whether this browser opened it before; it may come back without being counted again."""
    return request.get_signed_cookie(COOKIE, default="", salt=link.token) == str(link.pk)


def let_in(request, link):
    if not previews.let_in(link):
        return over(request)
    answer = kept_out(redirect(link))
    return keep(answer, link, COOKIE, str(link.pk))


def keep(answer, link, name, value):
    """Have the browser keep something for this link alone, as long as it lasts."""
    answer.set_signed_cookie(
        name,
        value,
        salt=link.token,
        path=link.get_absolute_url(),
        expires=link.expires_at,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return answer


def name_kept(request, link):
    """How somebody called themselves in an answer before."""
    return unquote(request.get_signed_cookie(NAME, default="", salt=link.token))


def show(request, link, *, typed=None, refusal="", status=200):
    version, article = link.shown(), link.article
    page = preview(
        request,
        article,
        version,
        "shared_preview.html",
        link=link,
        is_out=article.is_public,
        seen=SEEN.sign(f"{link.pk}.{version.pk}"),
        typed=typed or {"name": name_kept(request, link)},
        refusal=refusal,
        is_sent="sent" in request.GET,
    )
    page.status_code = status
    return page


def take_answer(request, link):
    """Whoever has read a version may answer it, though readers have the story by now.

    Once the link has ended nothing is taken any more, and the words are shown to take elsewhere.
    """
    told = request.POST
    name, comment = told.get("name", "")[:100], told.get("comment", "")[:2000]
    said = {"name": name, "comment": comment, "is_approval": "approve" in told}
    try:
        with translation.override(spoken(link.article.language)):
            previews.answer(link, revision=version_seen(link, told.get("seen", "")), **said)
    except publishing.Refused as refusal:
        if link.is_over or not link.shows_something:
            return over(request, comment=comment)
        typed = {"name": name, "comment": comment}
        return show(request, link, typed=typed, refusal=str(refusal), status=422)
    if link.leads_to_the_story:
        return kept_out(render(request, "preview_sent.html", {"article": link.article}))
    answer = kept_out(redirect(f"{link.get_absolute_url()}?sent#answer"))
    return keep(answer, link, NAME, quote(name))


def version_seen(link, signed):
    """The version that this form stood under."""
    number = number_seen(link, signed)
    if not number:
        raise publishing.Refused(_("The form was not complete. Read it again, then answer."))
    return link.article.revisions.get(pk=number)


def number_seen(link, signed):
    """The key of that version, if the form came from this link."""
    try:
        of_link, _dot, number = SEEN.unsign(signed).partition(".")
    except BadSignature:
        return ""
    return number if of_link == str(link.pk) else ""
