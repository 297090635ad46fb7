"""What is done to many stories at once: to each by its own verb, which may refuse."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import checks, publishing, richtext, words
from articles.admin.asked import number_in
from articles.admin.labels import PlainLabels
from articles.admin.widgets import LONGEST_NAME, LONGEST_TOPIC
from articles.models import Author, Section, Status

NEVER = -1  # no version has that number


class NameInput(forms.TextInput):
    """One name; where scripts run, known names are offered while somebody types."""

    template_name = "admin/widgets/one_name.html"

    def __init__(self, address):
        offered = {"data-one-name": reverse_lazy(address), "list": "names_offered"}
        super().__init__(offered | {"autocomplete": "off", "dir": "auto"})


class SureForm(PlainLabels, forms.Form):
    """Nothing is asked but whether it is meant."""


class SectionForm(PlainLabels, forms.Form):
    section = forms.ModelChoiceField(Section.objects.in_order(), label=gettext_lazy("Section"))


class TopicForm(PlainLabels, forms.Form):
    topic = forms.CharField(
        label=gettext_lazy("Topic"),
        max_length=LONGEST_TOPIC,
        widget=NameInput("admin:articles_topic_names"),
    )

    def clean_topic(self):
        return richtext.printable(self.cleaned_data["topic"])


class AuthorForm(PlainLabels, forms.Form):
    author = forms.CharField(
        label=gettext_lazy("Author"),
        max_length=LONGEST_NAME,
        widget=NameInput("admin:articles_author_names"),
    )

    def clean_author(self):
        name = richtext.printable(self.cleaned_data["author"])
        found = Author.objects.filter(name__iexact=name).first()
        if found is None:
            raise forms.ValidationError(_("Nobody here is called “%(name)s”.") % {"name": name})
        return found


def add_topic(article, topic, *, by):
    topics = words.working(article)["topics"]
    publishing.save_draft(article, {"topics": [*topics, topic]}, by=by)


def add_author(article, author, *, by):
    byline = words.working(article)["byline"]
    if author.pk in byline:
        raise publishing.Refused(_("%(name)s signs it already.") % {"name": author})
    publishing.save_draft(article, {"byline": [*byline, author.pk]}, by=by)


def publish_as_seen(article, *, by, seen):
    """Publish the words that stood at the desk when the page asked; not what came since."""
    number = number_in(seen.get(f"seen-{article.pk}", ""))
    publishing.publish(article, by=by, started_from=NEVER if number is None else number)


def with_stops(articles):
    """Stories that know why they cannot be published, told before anybody presses the button."""
    articles = list(articles.defer(None))
    copies = [
        checks.Copy.of(content, article)
        for content, article in zip(words.of_each(articles), articles, strict=True)
    ]
    for article, found in zip(articles, checks.look_at(copies), strict=True):
        article.stops = [one.sentence for one in found if one.stops]
        if article.status == Status.PUBLISHED and not article.is_waiting:
            article.stops = [_("It is published already.")]
    return articles


class DoesToMany:
    """For the ModelAdmin of stories: the actions of its list."""

    actions = [
        *("submit_chosen", "approve_chosen", "publish_chosen", "reopen_chosen", "spike_chosen"),
        *("move_chosen", "topic_chosen", "author_chosen", "duplicate_chosen"),
        *("withdraw_chosen", "delete_selected"),
    ]

    @admin.action(description=gettext_lazy("Send to review"), permissions=["change"])
    def submit_chosen(self, request, articles):
        self.do_to_each(request, articles, publishing.submit, _("Sent to review: %(stories)s."))

    @admin.action(description=gettext_lazy("Ready for readers"), permissions=["publish"])
    def approve_chosen(self, request, articles):
        self.do_to_each(request, articles, publishing.approve, _("Ready: %(stories)s."))

    @admin.action(description=gettext_lazy("Back to writing"), permissions=["change"])
    def reopen_chosen(self, request, articles):
        self.do_to_each(request, articles, publishing.reopen, _("A draft again: %(stories)s."))

    @admin.action(description=gettext_lazy("Spike"), permissions=["change"])
    def spike_chosen(self, request, articles):
        self.do_to_each(request, articles, publishing.spike, _("Spiked: %(stories)s."))

    @admin.action(description=gettext_lazy("Duplicate"), permissions=["add"])
    def duplicate_chosen(self, request, articles):
        self.do_to_each(request, articles, publishing.duplicate, _("Duplicated: %(stories)s."))

    @admin.action(description=gettext_lazy("Publish…"), permissions=["publish"])
    def publish_chosen(self, request, articles):
        told = _("Readers will see them at once. A story that a rule stops stays as it is.")
        shown = articles if "sure" in request.POST else with_stops(articles)
        form, page = self.ask(request, shown, SureForm, _("Publish these stories"), told)
        if form:
            verb = partial(publish_as_seen, seen=request.POST)
            self.do_to_each(request, articles, verb, _("Published: %(stories)s."))
        return page

    @admin.action(description=gettext_lazy("Move to a section…"), permissions=["change"])
    def move_chosen(self, request, articles):
        title = _("Move to a section")
        told = _("The addresses of published stories change at once; the old ones lead to them.")
        form, page = self.ask(request, articles, SectionForm, title, told)
        if form:
            verb = partial(publishing.move, section=form.cleaned_data["section"])
            self.do_to_each(request, articles, verb, _("Moved: %(stories)s."))
        return page

    @admin.action(description=gettext_lazy("Add a topic…"), permissions=["change"])
    def topic_chosen(self, request, articles):
        form, page = self.ask(request, articles, TopicForm, _("Add a topic"), self.of_published())
        if form:
            verb = partial(add_topic, topic=form.cleaned_data["topic"])
            self.do_to_each(request, articles, verb, _("Topic added: %(stories)s."))
        return page

    @admin.action(description=gettext_lazy("Add an author…"), permissions=["change"])
    def author_chosen(self, request, articles):
        form, page = self.ask(
            request, articles, AuthorForm, _("Add an author"), self.of_published()
        )
        if form:
            verb = partial(add_author, author=form.cleaned_data["author"])
            self.do_to_each(request, articles, verb, _("Author added: %(stories)s."))
        return page

    @admin.action(description=gettext_lazy("Withdraw…"), permissions=["publish"])
    def withdraw_chosen(self, request, articles):
        if "sure" not in request.POST:
            return self.ask_to_withdraw(request, articles, request.get_full_path())
        withdraw = partial(publishing.withdraw, reason=request.POST.get("reason", ""))
        self.do_to_each(request, articles, withdraw, _("Withdrawn: %(stories)s."))
        return None

    @admin.action(description=gettext_lazy("Delete…"), permissions=["delete"])
    def delete_selected(self, request, articles):
        """Ask once more, unless one of them has to stay."""
        may_go = True
        for article in articles:
            try:
                publishing.ask_to_delete(article, request.user)
            except publishing.Refused as refusal:
                self.message_user(request, f"{article}: {refusal}", messages.ERROR)
                may_go = False
        return delete_selected(self, request, articles) if may_go else None

    def of_published(self):
        return _("Of a published story, readers see the change once it is published.")

    def ask(self, request, articles, form_class, title, told):
        """The form once it was answered, else the page that asks."""
        form = form_class(request.POST if "sure" in request.POST else None)
        if form.is_bound and form.is_valid():
            return form, None
        for field in list(form.fields.values())[:1]:
            field.widget.attrs["autofocus"] = True
        context = self.admin_site.each_context(request) | {
            "title": title,
            "told": told,
            "opts": self.opts,
            "articles": articles,
            "form": form,
            "action": request.POST["action"],
            "checkbox": ACTION_CHECKBOX_NAME,
            "address": request.get_full_path(),
        }
        return None, TemplateResponse(request, "admin/articles/article/chosen.html", context)

    def do_to_each(self, request, articles, verb, sentence):
        """One verb and one transaction for each; whatever was refused is told with its why."""
        done = []
        for article in articles.defer(None):
            try:
                verb(article, by=request.user)
            except publishing.Refused as refusal:
                why = str(refusal)
                named = why if article.headline in why else f"{article}: {why}"
                self.message_user(request, named, messages.ERROR)
            else:
                done.append(f"“{article}”")
                self.log_change(request, article, sentence % {"stories": article})
        if done:
            self.message_user(request, sentence % {"stories": ", ".join(done)}, messages.SUCCESS)
