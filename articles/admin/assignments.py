"""Who is to do what: a story’s assignments, and stories that are still to be written."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import assignments, publishing, roles
from articles.admin.asked import next_place, number_in
from articles.admin.labels import PlainLabels
from articles.admin.widgets import MomentField
from articles.admin.wording import name_of
from articles.clock import Clock
from articles.models import Article, Remit, Section


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return name_of(person)


class AssignmentForm(PlainLabels, forms.Form):
    to = PersonField(
        None, label=gettext_lazy("Who"), empty_label=gettext_lazy("Choose a colleague")
    )
    what = forms.CharField(
        label=gettext_lazy("What is to be done"),
        required=False,
        max_length=assignments.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_at = MomentField(label=gettext_lazy("Due"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = roles.colleagues().order_by("first_name", "last_name", "pk")


class NewAssignmentForm(AssignmentForm):
    headline = forms.CharField(label=gettext_lazy("Working headline"), max_length=300)
    section = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Section"),
        required=False,
        empty_label=gettext_lazy("No section yet"),
    )
    field_order = ["headline", "section", "what", "to", "due_at"]

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        sections = Section.objects.in_order()
        if (remit := Remit.objects.of(by)) is not None:
            sections = sections.filter(pk__in=remit)
        self.fields["section"].queryset = sections
        self.fields["what"].label = _("Brief")
        self.fields["headline"].widget.attrs["autofocus"] = True


class Assigns:
    """For the ModelAdmin of stories: each story’s people, and what they are to do by when."""

    def get_urls(self):
        page = self.admin_site.admin_view(self.assignments_page)
        new = self.admin_site.admin_view(self.new_assignment)
        return [
            path("<int:pk>/assignments/", page, name="articles_article_assignments"),
            path("assignment/", new, name="articles_article_new_assignment"),
            *super().get_urls(),
        ]

    def new_assignment(self, request):
        """A story that is still to be written: a draft with a working headline, and its writer."""
        publishing.ask_to_write(Article(), request.user)
        form = NewAssignmentForm(request.POST or None, by=request.user)
        if request.method == "POST" and form.is_valid():
            told = form.cleaned_data
            section = told["section"].pk if told["section"] else None
            changes = {"headline": " ".join(told["headline"].split()), "section": section}
            try:
                made = assignments.begin(
                    changes,
                    by=request.user,
                    **{name: told[name] for name in ("to", "what", "due_at")},
                )
            except publishing.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_addition(request, made.article, said_of(made))
                self.message_user(request, said_of(made), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:index"))
        context = self.admin_site.each_context(request) | {
            "title": _("New assignment"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/article/new_assignment.html", context)

    def assignments_page(self, request, pk):
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        publishing.ask_to_read(article, request.user)
        if not self.has_view_permission(request, article):
            raise publishing.NotAllowed(_("You may not see this story."))
        form = AssignmentForm(request.POST if "_assign" in request.POST else None)
        refusal = ""
        if request.method == "POST":
            try:
                sentence = self.do_with_assignment(request, article, form)
            except publishing.NotAllowed:
                raise
            except publishing.Refused as refused:
                refusal = str(refused)
            else:
                if sentence:
                    self.log_change(request, article, sentence)
                    self.message_user(request, sentence, messages.SUCCESS)
                    here = reverse("admin:articles_article_assignments", args=[pk])
                    return HttpResponseRedirect(next_place(request) or here)
        given = article.assignments.open().select_related("to", "by").order_by("due_at", "pk")
        context = self.admin_site.each_context(request) | {
            "title": _("Assigned to"),
            "opts": self.opts,
            "article": article,
            "assignments": given,
            "has_it_already": any(each.to_id == request.user.pk for each in given),
            "may_assign": publishing.may_write(article, request.user),
            "colleagues": roles.colleagues().order_by("first_name", "last_name", "pk"),
            "form": form,
            "refusal": refusal,
            "clock": Clock(),
        }
        return TemplateResponse(request, "admin/articles/article/assignments.html", context)

    def do_with_assignment(self, request, article, form):
        """What the button says. Nothing if the form has to be looked at again."""
        told, by = request.POST, request.user
        if "_assign" in told:
            if not form.is_valid():
                publishing.ask_to_write(article, by)
                return ""
            return said_of(assignments.assign(article, by=by, **form.cleaned_data))
        if "_take" in told:
            return said_of(assignments.take(article, by=by))
        given = article.assignments.filter(pk=number_in(told.get("assignment"))).first()
        if given is None:
            raise Http404
        if "_done" in told:
            assignments.done(given, by=by)
            return _("Done.")
        if "_drop" in told:
            assignments.drop(given, by=by)
            return _("Dropped. Nobody is asked for it any more.")
        to = roles.colleagues().filter(pk=number_in(told.get("to"))).first()
        if to is None:
            raise publishing.Refused(_("Choose a colleague."))
        assignments.hand_over(given, to=to, by=by)
        return said_of(given)

    def render_change_form(self, request, context, *args, **kwargs):
        article = kwargs.get("obj")
        if article is not None:
            given = article.assignments.open().select_related("to").order_by("due_at", "pk")
            context["assignments"] = given
        return super().render_change_form(request, context, *args, **kwargs)


def said_of(assignment):
    told = {"name": name_of(assignment.to)}
    if assignment.due_at is None:
        return _("Assigned to %(name)s.") % told
    told["time"] = Clock().brief(assignment.due_at)
    return _("Assigned to %(name)s, by %(time)s.") % told
