"""What journalists do with pictures of the library, one or many at once.

Every verb asks for the rights to each picture. It does what it may, and says which were left out.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from articles import publishing, renditions, search
from articles.models import Author, FormerFile, Image, ImageUse, PageUse, Remit, Site, Status

LONGEST_KEYWORDS = Image._meta.get_field("keywords").max_length


def is_theirs(image, user):
    """Whether a picture is somebody's to change, wherever it is shown. It costs no search."""
    if not user.has_perm("articles.change_image"):
        return False
    return image.created_by_id == user.pk or user.has_perm("articles.change_any_image")


def why_not(images, user):
    """Which of these somebody may not change, by their numbers, each with a sentence.

    The library is everybody's; what readers see of it is for those who answer for it.
    """
    if user is None:
        return {}
    reasons = {image.pk: _("It is not yours.") for image in images if not is_theirs(image, user)}
    out = ImageUse.objects.filter(image__in=[image.pk for image in images])
    out = out.exclude(article__status__in=[Status.DRAFT, Status.REVIEW])
    if not user.has_perm("articles.change_any_image"):
        told = _("It is in the paper.")
        reasons |= dict.fromkeys(kept_by_the_house(images), told)
    elif (remit := Remit.objects.of(user)) is not None:
        out, told = out.exclude(article__section__in=remit), _("It stands in another section.")
    else:
        return reasons
    return dict.fromkeys(out.values_list("image", flat=True), told) | reasons


def why_kept(images):
    """Which of these something shows, so that they stay, each with a sentence that says where."""
    reasons = kept_by_the_house(images)
    told = _("“%(story)s” shows this picture, so it is kept. Take it out there first.")
    shown = ImageUse.objects.filter(image__in=[image.pk for image in images]).order_by("article")
    for pk, story, is_killed in shown.values_list(
        "image", "article__headline", "article__is_killed"
    ):
        killed = _("A killed story shows this picture, so it is kept.")
        reasons[pk] = killed if is_killed else told % {"story": story}
    return reasons


def kept_by_the_house(images):
    """Which of these stand on a page about the house, or are a portrait or the logo."""
    pks = [image.pk for image in images]
    reasons = {}
    for pk, page in PageUse.objects.filter(image__in=pks).values_list("image", "page__title"):
        reasons[pk] = _("The page “%(page)s” shows this picture, so it is kept.") % {"page": page}
    portraits = Author.objects.filter(portrait__in=pks)
    for pk, author in portraits.values_list("portrait", "name"):
        reasons[pk] = _("It is the portrait of %(author)s, so it is kept.") % {"author": author}
    sites = Site.objects.filter(Q(logo__in=pks) | Q(logo_on_dark__in=pks))
    for logos in sites.values_list("logo", "logo_on_dark"):
        told = _("It is the logo of the site, so it is kept.")
        reasons |= dict.fromkeys(set(logos) & set(pks), told)
    return reasons


def uses(images):
    """How many stories, pages, portraits and logos show each of these, by their numbers."""
    pks, found = [image.pk for image in images], defaultdict(int)
    stories = ImageUse.objects.filter(image__in=pks).values_list("image", "article").distinct()
    pages = PageUse.objects.filter(image__in=pks).values_list("image", "page")
    portraits = Author.objects.filter(portrait__in=pks).values_list("portrait", "pk")
    for pk, _user in [*stories, *pages, *portraits]:
        found[pk] += 1
    for logos in Site.objects.values_list("logo", "logo_on_dark"):
        for pk in set(logos) & set(pks):
            found[pk] += 1
    return found


@transaction.atomic
def change(images, words, *, keywords=(), by):
    """Give several pictures the same words, and more keywords. Returns those, and who was left out.

    Left out is a list of pairs: a picture, and the sentence that says why.
    """
    images = list(Image.objects.select_for_update().filter(pk__in=[one.pk for one in images]))
    reasons = why_not(images, by)
    for image in images:
        image.keywords = with_more(image.keywords, keywords)
        if len(image.keywords) > LONGEST_KEYWORDS:
            reasons.setdefault(image.pk, _("It has no room for more keywords."))
    done = [image for image in images if image.pk not in reasons]
    for image in done:
        for name, value in words.items():
            setattr(image, name, value)
    if done and (names := [*words, *(["keywords"] if keywords else [])]):
        Image.objects.bulk_update(done, names)
        search.index_pictures([image.pk for image in done])
    return done, [(image, reasons[image.pk]) for image in images if image.pk in reasons]


def with_more(keywords, more):
    """Keywords with others behind them, none of them twice."""
    known = {}
    for word in [*keywords.split(","), *more]:
        if word := " ".join(word.split()):
            known.setdefault(word.casefold(), word)
    return ", ".join(known.values())


@transaction.atomic
def delete(images, *, by):
    """Delete those that nothing shows. Returns them, and who was left out; see `change`."""
    if by is not None and not by.has_perm("articles.delete_image"):
        raise publishing.NotAllowed(_("You may not delete pictures."))
    images = list(Image.objects.select_for_update().filter(pk__in=[one.pk for one in images]))
    reasons = why_kept(images)
    done = [image for image in images if image.pk not in reasons]
    files = [*done, *FormerFile.objects.filter(image__in=done)]
    try:
        Image.objects.filter(pk__in=[image.pk for image in done]).delete()
    except ProtectedError as error:
        sentence = _("A story has just begun to show one of them. Look at the list again.")
        raise publishing.Refused(sentence) from error
    renditions.forget_after_commit(files)
    return done, [(image, reasons[image.pk]) for image in images if image.pk in reasons]
