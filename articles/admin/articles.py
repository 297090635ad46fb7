"""Stories at the desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from js_asset import ImportMap, Media, Script

from articles import checks, publishing, richtext, scheduling, words
from articles.admin.assignments import Assigns
from articles.admin.autosave import NOT_TOLD, SavesByItself, of_the_form
from articles.admin.body import HasABody, HelpsToWrite
from articles.admin.discarding import DiscardsChanges
from articles.admin.duplicating import DuplicatesStories
from articles.admin.hiding import TellsReaders
from articles.admin.history import KeepsHistory
from articles.admin.killing import KillsStories
from articles.admin.labels import PlainLabels
from articles.admin.listing import ListsStories
from articles.admin.many import DoesToMany
from articles.admin.merging import PutsTogether
from articles.admin.notes import KeepsNotes
from articles.admin.presence import ShowsWhoIsHere
from articles.admin.previews import ShowsPreviews
from articles.admin.publish import PublishesStories, WhenForm
from articles.admin.refusals import KeepsWhatIsNeeded, RefusalsBecomeErrors
from articles.admin.schedule import KeepsSchedule
from articles.admin.searches import KeepsSearches
from articles.admin.times import SetsTimes
from articles.admin.widgets import (
    AddressInput,
    AuthorsField,
    AuthorsInput,
    GalleryField,
    GalleryInput,
    KeyPointsField,
    KeyPointsInput,
    LeadPictureInput,
    MomentField,
    PictureField,
    StoryField,
    TopicsField,
    TopicsInput,
)
from articles.clock import Clock
from articles.models import Article, Remit, ScheduledPublication, Section, Site, Status
from articles.views.articles import body as body_of

STORY_MEDIA = Media(
    importmap=ImportMap(
        {
            "desk/combobox": "desk/js/combobox.js",
            "desk/grow": "desk/js/grow.js",
            "desk/kept": "desk/js/kept.js",
            "desk/ordered": "desk/js/ordered.js",
            "desk/preview": "desk/js/preview.js",
            "desk/server": "desk/js/server.js",
            "desk/toast": "desk/js/toast.js",
            "desk/when": "desk/js/when.js",
        }
    ),
    js=[
        Script("desk/js/points.js", type="module"),
        Script("desk/js/names.js", type="module"),
        Script("desk/js/lead_picture.js", type="module"),
        Script("desk/js/gallery.js", type="module"),
        Script("desk/js/story.js", type="module"),
        Script("desk/js/autosave.js", type="module"),
        Script("desk/js/presence.js", type="module"),
        Script("desk/js/publish.js", type="module"),
        Script("desk/js/preview.js", type="module"),
        Script("desk/js/cards.js", type="module"),
        Script("desk/js/checks.js", type="module"),
        Script("desk/js/style_list.js", type="module"),
        Script("desk/js/mentions.js", type="module"),
        Script("desk/js/notes.js", type="module"),
    ],
)


BUTTONS = {
    "_submit": publishing.submit,
    "_approve": publishing.approve,
    "_reopen": publishing.reopen,
    "_spike": publishing.spike,
}


LENGTHS = {  # characters: about how many are good, and from where on they are far too many
    "kicker": (25, 40),
    "headline": (70, 90),
    "short_headline": (45, 60),
    "standfirst": (180, 250),
}


def grown(rows, **attributes):
    return forms.Textarea(attrs={"rows": rows, **attributes})


def one_line(words):
    """Text areas are for long lines, not for line breaks."""
    return " ".join(words.split())


def ours_first(languages):
    """The languages that the paper speaks, then all others."""
    site, names = Site.current(), dict(languages)
    ours = [code for code in dict.fromkeys([site.language, *site.languages]) if code in names]
    others = [(code, name) for code, name in languages if code not in ours]
    return [
        (_("Languages of the paper"), [(code, names[code]) for code in ours]),
        (_("Other languages"), others),
    ]


def indented(section):
    return f"\u2003{section}" if section.parent_id else str(section)


class StoryForm(PlainLabels, forms.ModelForm):
    started_from = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key_points = KeyPointsField(
        label=gettext_lazy("Key points"),
        required=False,
        widget=KeyPointsInput(attrs={"rows": 3}),
        help_text=gettext_lazy("One on a line."),
    )
    byline = AuthorsField(
        label=gettext_lazy("Byline"),
        required=False,
        widget=AuthorsInput,
        help_text=gettext_lazy("Names with commas between them, in the order of the byline."),
    )
    topics = TopicsField(
        label=gettext_lazy("Topics"),
        required=False,
        widget=TopicsInput,
        help_text=gettext_lazy("Names with commas between them. A new name makes a new topic."),
    )
    lead_image = PictureField(
        label=gettext_lazy("Lead picture"), required=False, widget=LeadPictureInput
    )
    gallery = GalleryField(
        label=gettext_lazy("Gallery"),
        required=False,
        widget=GalleryInput(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "A picture on a line: its code, and if this story needs its own, caption and alt text:"
            " k96p5 | Caption | Alt text."
        ),
    )
    embargoed_until = MomentField(
        label=gettext_lazy("Embargo"),
        required=False,
        help_text=gettext_lazy("Readers see nothing of it before this moment."),
    )
    translation_of = StoryField(
        label=gettext_lazy("Same story in another language"),
        required=False,
        show_hidden_initial=True,  # so that a form opened earlier undoes no link made since
        help_text=gettext_lazy("Its short code or address."),
    )
    translated = None  # the story that this one was just linked with
    by = None  # whoever fills the form

    class Meta:
        model = Article
        fields = [
            *("kicker", "headline", "short_headline", "standfirst", "lead_image", "lead_caption"),
            *("lead_alt", "lead_crop", "key_points", "dateline", "body", "gallery"),
            *("section", "topics", "embargoed_until", "slug", "language", "agency"),
        ]
        widgets = {
            "kicker": forms.TextInput(attrs={"placeholder": gettext_lazy("Two or three words")}),
            "headline": grown(2, placeholder=gettext_lazy("What happened, in one line")),
            "short_headline": grown(
                1, placeholder=gettext_lazy("For cards and phones; else the headline")
            ),
            "standfirst": grown(
                3, placeholder=gettext_lazy("A sentence or two a hurried reader could stop at")
            ),
            "lead_caption": grown(
                2, placeholder=gettext_lazy("If empty, the picture’s own is shown")
            ),
            "lead_alt": grown(
                1, placeholder=gettext_lazy("If empty, the picture’s own is read out")
            ),
            "dateline": forms.TextInput(attrs={"placeholder": gettext_lazy("Filed from where")}),
            "slug": AddressInput,
        }
        help_texts = dict.fromkeys(["lead_caption", "lead_alt", "dateline"], "")

    def __init__(self, *args, instance=None, **kwargs):
        """The form edits the working copy, whatever readers see."""
        if instance is not None and instance.pk:
            working = words.working(instance)
            words.fill(instance, working)
        super().__init__(*args, instance=instance, **kwargs)
        self.initial["started_from"] = self.instance.working
        self.initial["lead_image"] = self.instance.lead_image
        if self.instance.pk:
            self.initial["topics"] = working["topics"]
            self.initial["byline"] = words.signed_by(working)
        else:
            self.fields["headline"].widget.attrs["autofocus"] = True
        if "section" in self.fields:
            self.fields["section"].widget = self.fields["section"].widget.widget
            self.offer_sections(self.fields["section"])
        if "slug" in self.fields:
            self.fields["slug"].widget.article = self.instance
        if "lead_image" in self.fields:
            self.fields["lead_image"].widget.by = self.by
        if self.instance.translation_group:
            group = Article.objects.filter(translation_group=self.instance.translation_group)
            self.initial["translation_of"] = group.exclude(pk=self.instance.pk).first()
        for name, (good, limit) in LENGTHS.items():
            if name in self.fields:
                self.fields[name].widget.attrs |= {"data-count": good, "data-limit": limit}
                self.fields[name].help_text = _("About %(n)d characters.") % {"n": good}
        if "language" in self.fields:
            field = self.fields["language"]
            codes = (code for code, _name in field.choices if code)
            right_to_left = [code for code in codes if get_language_info(code)["bidi"]]
            field.widget.attrs["data-right-to-left"] = " ".join(right_to_left)
            field.choices = ours_first(field.choices)
        for name in (
            *("kicker", "headline", "short_headline", "standfirst"),
            *("lead_caption", "lead_alt", "key_points", "dateline", "body", "gallery"),
        ):
            if name in self.fields:
                self.fields[name].widget.attrs["lang"] = self.instance.language
                self.fields[name].widget.attrs["dir"] = self.instance.direction

    def offer_sections(self, field):
        """Those that the writer works in, and the one where the story stands."""
        field.queryset = Section.objects.in_order()
        field.label_from_instance = indented
        if self.by is None or (remit := Remit.objects.of(self.by)) is None:
            return
        field.label_from_instance = str  # the one above may not be among them
        field.queryset = field.queryset.filter(pk__in=remit | {self.instance.section_id})
        names = ", ".join(section.name for section in field.queryset)
        sentence = _("You work in: %(sections)s. Choose one of them.") % {"sections": names}
        field.error_messages["invalid_choice"] = sentence

    def clean_headline(self):
        return one_line(self.cleaned_data["headline"])

    def clean_short_headline(self):
        return one_line(self.cleaned_data["short_headline"])

    def clean_standfirst(self):
        return one_line(self.cleaned_data["standfirst"])

    def clean(self):
        cleaned = super().clean()
        if "translation_of" in self.changed_data and "translation_of" not in self.errors:
            self.join_translations(cleaned.get("translation_of"))
        self.check_translations(cleaned.get("language"))
        return cleaned

    def join_translations(self, other):
        """Put this story and another into one group of translations, or take it out of its own."""
        if other is None:
            self.instance.translation_group = None
        elif other.pk == self.instance.pk:
            self.add_error("translation_of", _("That is this story itself."))
        else:
            self.instance.translation_group = other.translation_group
            self.translated = other

    def words(self):
        """What was typed, as the verbs take it."""
        cleaned = self.cleaned_data
        typed = {name: cleaned[name] for name in words.FIELDS if name in cleaned}
        if "section" in typed:
            typed["section"] = typed["section"].pk if typed["section"] else None
        if "lead_image" in typed:
            typed["lead_image"] = typed["lead_image"].code if typed["lead_image"] else ""
        if "byline" in typed:
            typed["byline"] = [author.pk for author in typed["byline"]]
        return typed

    def check_translations(self, language):
        """A story is told once in a language."""
        told = Article.objects.exclude(pk=self.instance.pk)
        group = self.instance.translation_group
        stories = list(told.filter(translation_group=group, is_killed=False)) if group else []
        if self.translated:
            stories.append(self.translated)
        if same := next((story for story in stories if story.language == language), None):
            sentence = _("“%(story)s” (%(code)s) tells it in this language already.")
            error = sentence % {"story": same, "code": same.code}
            self.add_error("translation_of", error)


class WithdrawForm(WhenForm):
    reason = forms.CharField(required=False, max_length=1000)


def pending(article):
    """What waits for its moment beside a story, or needs a look."""
    rows = ScheduledPublication.objects.waiting() | ScheduledPublication.objects.needing_a_look()
    return rows.filter(article=article).select_related("by").order_by("at", "pk")


@admin.register(Article)
class ArticleAdmin(
    RefusalsBecomeErrors,
    KeepsWhatIsNeeded,
    PutsTogether,
    PublishesStories,
    KeepsSchedule,
    SetsTimes,
    KeepsHistory,
    TellsReaders,
    DiscardsChanges,
    KillsStories,
    ShowsPreviews,
    SavesByItself,
    HelpsToWrite,
    HasABody,
    ShowsWhoIsHere,
    DuplicatesStories,
    DoesToMany,
    KeepsNotes,
    Assigns,
    KeepsSearches,
    ListsStories,
    admin.ModelAdmin,
):
    form = StoryForm
    fieldsets = [
        (
            None,
            {
                "classes": ["sheet"],
                "fields": [
                    *("kicker", "headline", "short_headline", "standfirst"),
                    *("lead_image", "lead_caption", "lead_alt", "lead_crop"),
                    *("key_points", "dateline", "body", "gallery"),
                ],
            },
        ),
        (
            gettext_lazy("Story"),
            {"classes": ["rail"], "fields": ["section", "byline", "topics", "agency"]},
        ),
        (gettext_lazy("Time"), {"classes": ["rail"], "fields": ["embargoed_until"]}),
        (gettext_lazy("Address"), {"classes": ["rail"], "fields": ["slug"]}),
        (
            gettext_lazy("Language"),
            {"classes": ["rail"], "fields": ["language", "translation_of", "started_from"]},
        ),
    ]

    # Who may

    def has_view_permission(self, request, obj=None):
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or publishing.may_read(obj, request.user))

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        if request.method == "POST":  # the verb refuses with a sentence, and keeps what was typed
            return publishing.may_read(obj, request.user)
        return publishing.may_write(obj, request.user)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or publishing.may_delete(obj, request.user))

    def has_publish_permission(self, request):
        return request.user.has_perm("articles.publish_article")

    def why_kept(self, article):
        return publishing.why_kept(article)

    def delete_model(self, request, article):
        publishing.delete(article, by=request.user)

    @transaction.atomic
    def delete_queryset(self, request, articles):
        for article in articles:
            publishing.delete(article, by=request.user)

    def ask_to_withdraw(self, request, articles, address, form=None):
        context = self.admin_site.each_context(request) | {
            "title": _("Withdraw from readers"),
            "opts": self.opts,
            "articles": articles,
            "checkbox": ACTION_CHECKBOX_NAME,
            "address": address,
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/article/withdraw.html", context)

    # The form

    def get_object(self, request, object_id, from_field=None):
        article = super().get_object(request, object_id, from_field)
        if article is not None:
            publishing.ask_to_read(article, request.user)
            if not article.working:
                publishing.adopt(article)
        return article

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def get_urls(self):
        withdraw = self.admin_site.admin_view(self.withdraw)
        address = path("<int:pk>/withdraw/", withdraw, name="articles_article_withdraw")
        return [address, *super().get_urls()]

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [
            (
                None,
                {"classes": ["sheet"], "fields": ["headline", "standfirst", "words_for_readers"]},
            ),
            (gettext_lazy("Story"), {"classes": ["rail"], "fields": ["section", "by", "agency"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return []
        return ["words_for_readers", "by"]

    @admin.display(description=gettext_lazy("body"))
    def words_for_readers(self, article):
        return mark_safe(body_of(article))

    def render_change_form(self, request, context, *args, **kwargs):
        obj = kwargs.get("obj")
        why_not = publishing.why_not_published(obj or Article(), request.user)
        context |= {
            "media": context["media"] + STORY_MEDIA,
            "may_publish": not why_not,
            "why_not_published": why_not,
            "words_a_minute": richtext.WORDS_A_MINUTE,
            "reading_minutes": richtext.reading_minutes(obj.word_count if obj else 0),
            "Status": Status,
            "clock": Clock(),
            "of_the_form": of_the_form(request, obj),
            "keeps_to_style": request.user.has_perm("articles.view_styleentry"),
        }
        if obj is not None:
            may_set_time = request.user.has_perm("articles.set_updated_at")
            context["may_set_time"] = may_set_time and context["may_publish"]
            context["scheduled"] = pending(obj)
            live = Article.objects.published().filter(pk=obj.pk).select_related("section").first()
            context["checks"] = checks.overview(words.working(obj), obj, is_seen=live is not None)
            context["public_address"] = live.get_absolute_url() if live else ""  # not as typed here
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        pressed = next((name for name in BUTTONS if name in request.POST), None)
        verb = BUTTONS.get(pressed, publishing.save_draft)
        article = Article.objects.get(pk=obj.pk) if change else Article()
        started_from = form.cleaned_data.get("started_from")
        started_from = NOT_TOLD if change and started_from is None else started_from or 0
        changes = form.words()
        if "_go" in request.POST and article.pk and not self.differs(article, changes):
            return
        try:
            verb(article, changes, by=request.user, started_from=started_from)
        except publishing.Stale as stale:
            request.kept = stale.kept
            return
        if "translation_of" in form.changed_data:
            self.link(article, form.translated, request.user)
        obj.pk = article.pk
        obj.refresh_from_db()

    def differs(self, article, changes):
        """Whether the desk would have other words afterwards."""
        working = words.working(article)
        return any(working[name] != value for name, value in words.clean(changes).items())

    def link(self, article, other, user):
        if other:
            publishing.link_translations(article, other, by=user)
        else:
            publishing.unlink_translations(article, by=user)

    def save_related(self, request, form, formsets, change):
        """The verb has done it."""

    def response_add(self, request, obj, post_url_continue=None):
        return self.go_on(request, obj)

    def response_change(self, request, obj):
        if kept := getattr(request, "kept", None):
            return HttpResponseRedirect(self.address_together(kept))
        return self.go_on(request, obj)

    def go_on(self, request, article):
        """Back to the story; or, when the button asked for it, on to what readers will be told."""
        page = "publish" if "_go" in request.POST else "change"
        if page == "change":
            self.message_user(request, self.what_is_kept(article), messages.SUCCESS)
        return HttpResponseRedirect(reverse(f"admin:articles_article_{page}", args=[article.pk]))

    def what_is_kept(self, article):
        if article.has_changes:
            return _("Saved. Readers do not see the change until you publish it.")
        sentences = {
            Status.DRAFT: _("Saved. Only the desk sees it."),
            Status.REVIEW: _("Saved. It waits for review; only the desk sees it."),
            Status.READY: _("Saved. It is ready to be published; only the desk sees it."),
            Status.PUBLISHED: _("Nothing has changed."),
            Status.WITHDRAWN: _("Saved. It stays withdrawn from readers."),
            Status.SPIKED: _("Spiked. Its words are kept, and it can be made a draft again."),
        }
        return sentences[article.status]

    def withdraw(self, request, pk):
        """Ask once more, then take the story from readers, now or at a moment."""
        article = self.get_object(request, str(pk))
        address = reverse("admin:articles_article_change", args=[pk])
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        publishing.ask_to_publish(article, request.user)
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            told = form.cleaned_data
            try:
                sentence = self.withdraw_as_told(request, article, told)
            except publishing.NotAllowed:
                raise
            except publishing.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, article, f"{sentence} {told['reason']}".strip())
                self.message_user(request, sentence, messages.SUCCESS)
                return HttpResponseRedirect(address)
        return self.ask_to_withdraw(request, [article], address, form)

    def withdraw_as_told(self, request, article, told):
        if told["at"]:
            waiting = scheduling.schedule_withdrawal(
                article, by=request.user, at=told["at"], reason=told["reason"]
            )
            time = Clock().exact(waiting.at)
            return _("Readers see it until %(time)s.") % {"time": time}
        publishing.withdraw(article, by=request.user, reason=told["reason"])
        return _("Withdrawn. Readers no longer see it.")

    def log_change(self, request, obj, message):
        if getattr(request, "kept", None):
            return None
        if "_submit" in request.POST and isinstance(message, list):
            message = f"{_('Sent to review.')} {self.changed_fields(message)}".strip()
        return super().log_change(request, obj, message)

    def changed_fields(self, message):
        fields = [str(f) for entry in message for f in entry.get("changed", {}).get("fields", [])]
        return _("Changed: %(fields)s.") % {"fields": ", ".join(fields)} if fields else ""
