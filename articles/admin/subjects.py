"""Topics at the desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import paging, slugs
from articles.admin.long_lists import LongLists
from articles.admin.names import OffersNames, SlugFromName
from articles.admin.refusals import RefusesOldSaves
from articles.admin.widgets import LONGEST_TOPIC, NamesField
from articles.models import Tagging, Topic, TopicAlias
from articles.publishing import Refused
from articles.subjects import merge_topics


class TopicForm(SlugFromName):
    other_names = NamesField(
        label=gettext_lazy("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "With commas between them. Typed on a story, each means this topic; their addresses"
            " lead here."
        ),
    )

    class Meta:
        model = Topic
        fields = ["name", "slug", "description", "focus"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["other_names"] = [alias.name for alias in self.instance.aliases.all()]

    def clean_name(self):
        name = self.cleaned_data["name"]
        alias = TopicAlias.objects.filter(name__iexact=name).exclude(topic=self.instance.pk)
        if taken := alias.select_related("topic").first():
            raise ValidationError(
                _("“%(name)s” already means %(topic)s.") % {"name": name, "topic": taken.topic}
            )
        return name

    def clean_other_names(self):
        typed = reversed(self.cleaned_data["other_names"])
        names = {slugs.slugify(name, fallback=name): name for name in typed}
        names = list(reversed(names.values()))
        for name in names:
            if len(name) > LONGEST_TOPIC:
                raise ValidationError(
                    _("“%(name)s” is too long for a topic.") % {"name": name[:40] + "…"}
                )
            if other := Topic.objects.filter(name__iexact=name).first():
                raise ValidationError(
                    _("“%(name)s” is a topic itself. Merge the two instead.") % {"name": other}
                )
            taken = TopicAlias.objects.filter(name__iexact=name).exclude(topic=self.instance.pk)
            if taken := taken.select_related("topic").first():
                raise ValidationError(
                    _("“%(name)s” already means %(topic)s.") % {"name": name, "topic": taken.topic}
                )
        return names


@admin.register(Topic)
class TopicAdmin(RefusesOldSaves, OffersNames, LongLists, admin.ModelAdmin):
    list_display = ["name", "stories", "description", "focus", "slug"]
    empty_value_display = ""
    search_fields = ["name", "slug", "aliases__name"]
    ordering = [Lower("name"), "name"]
    stands_by, cursor_kind = "by_name", staticmethod(paging.name)
    search_help_text = gettext_lazy("A name, another name or part of an address")
    form = TopicForm
    actions = ["merge", "put_in_focus", "take_out_of_focus", "delete_selected"]

    def get_queryset(self, request):
        of_it = Tagging.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
        stories = Subquery(of_it.values(n=Count("pk")))  # counted for the rows of one page only
        return (
            super()
            .get_queryset(request)
            .annotate(stories=Coalesce(stories, 0), by_name=Lower("name"))
        )

    def named_like(self, words):
        matching = TopicAlias.objects.filter(name__icontains=words)
        found = Topic.objects.filter(Q(name__icontains=words) | Q(pk__in=matching.values("topic")))
        return found.prefetch_related(Prefetch("aliases", matching, to_attr="meant"))

    def offer(self, topic, words):
        """Words that are another name of the topic lead to it."""
        is_its_own = not topic.meant or words.lower() in topic.name.lower()
        about = "" if is_its_own else topic.meant[0].name
        return {"name": topic.name, "value": topic.name, "about": about}

    @admin.display(description=gettext_lazy("stories"))
    def stories(self, topic):
        return topic.stories

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        names = form.cleaned_data["other_names"]
        form.instance.aliases.exclude(name__in=names).delete()
        for name in names:
            if not form.instance.aliases.filter(name=name).exists():
                form.instance.aliases.create(name=name, slug=slugs.free(TopicAlias, name))

    @admin.action(description=gettext_lazy("Put in focus"), permissions=["change"])
    def put_in_focus(self, request, topics):
        """After those that are in focus already, in the order of the list."""
        last = Topic.objects.aggregate(last=Max("focus"))["last"] or 0
        for place, topic in enumerate(topics.filter(focus=None), last + 1):
            Topic.objects.filter(pk=topic.pk).update(focus=min(place, 30_000))
            self.log_change(request, topic, _("Put in focus."))
        self.message_user(request, _("In focus on the front page."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Take out of focus"), permissions=["change"])
    def take_out_of_focus(self, request, topics):
        for topic in topics.exclude(focus=None):
            Topic.objects.filter(pk=topic.pk).update(focus=None)
            self.log_change(request, topic, _("Taken out of focus."))
        self.message_user(request, _("No longer in focus."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Merge into one…"), permissions=["delete"])
    def merge(self, request, topics):
        """Ask which of the chosen topics stays; then make the others its other names."""
        topics = list(topics)
        if len(topics) < 2:
            self.message_user(request, _("Choose two topics or more."), messages.WARNING)
            return None
        stays = next((t for t in topics if str(t.pk) == request.POST.get("stays")), None)
        if stays is None:
            context = self.admin_site.each_context(request) | {
                "title": _("Merge topics"),
                "opts": self.opts,
                "topics": sorted(topics, key=lambda topic: -topic.stories),
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/articles/topic/merge.html", context)
        try:
            merge_topics(topics, into=stays, by=request.user)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        names = ", ".join(topic.name for topic in topics if topic != stays)
        self.log_change(request, stays, _("Merged with %(names)s.") % {"names": names})
        sentence = ngettext(
            "%(names)s is now another name of %(topic)s.",
            "%(names)s are now other names of %(topic)s.",
            len(topics) - 1,
        )
        self.message_user(request, sentence % {"names": names, "topic": stays}, messages.SUCCESS)
        return None
