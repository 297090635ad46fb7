"""What a newsroom does with the names that stories are signed with."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from articles import publishing, search, words
from articles.models import Article, Author, Byline


@transaction.atomic
def merge_authors(authors, *, into, by):
    """Make several names one author. Their stories move; their names and addresses lead there.

    Their rows stay, since History knows who signed a version by them.
    """
    if by is not None and not by.has_perm("articles.delete_author"):
        raise PermissionDenied(_("Only administrators merge authors."))
    chosen = sorted({into.pk, *(author.pk for author in authors)})
    known = Author.objects.filter(pk__in=chosen).order_by("pk").select_for_update()
    known = {author.pk: author for author in known}
    if len(known) < len(chosen) or any(author.merged_into_id for author in known.values()):
        raise publishing.Refused(_("Somebody merged one of them just now. Look at the list again."))
    into = known.pop(into.pk)
    others = list(known.values())
    accounts = {author.user_id for author in [into, *others]} - {None}
    if len(accounts) > 1:
        raise PermissionDenied(_("Each of them belongs to an account of its own."))
    if by is not None and accounts and not by.has_perm("auth.change_user"):
        raise PermissionDenied(_("Only administrators look after accounts."))
    stories, names = [], []
    for author in others:
        signed = Byline.objects.filter(author=author)
        stories += signed.values_list("article", flat=True)
        names += [author.pk, *author.other_names.values_list("pk", flat=True)]
        on_both = Byline.objects.filter(author=into, article__in=signed.values("article"))
        signed.filter(article__in=list(on_both.values_list("article", flat=True))).delete()
        signed.update(author=into)
        author.other_names.update(merged_into=into)
        Author.objects.filter(pk=author.pk).update(merged_into=into, user=None)
    for article in Article.objects.filter(pk__in=stories).iterator(chunk_size=100):
        search.mend_card(article, words.working(article))
    for article in Article.objects.changed().iterator(chunk_size=100):
        content = words.working(article)
        if not set(names).isdisjoint(content["byline"]):  # signed so at the desk only
            search.mend_card(article, content)
    if accounts and into.user_id is None:
        into.user_id = accounts.pop()
        into.save(update_fields=["user"])
