"""Authors, accounts and groups at the desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    UserChangeForm,
    UsernameField,
)
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef, Q
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles import paging, roles
from articles.admin.images import ShowsTheLibrary
from articles.admin.invitations import Invites
from articles.admin.labels import PlainLabels
from articles.admin.long_lists import LongLists
from articles.admin.names import OffersNames, SlugFromName
from articles.admin.refusals import KeepsWhatIsNeeded, RefusesOldSaves
from articles.admin.site import ProfilesField
from articles.admin.widgets import PictureField
from articles.clock import Clock
from articles.models import Article, Author, Remit, Revision, ScheduledPublication, Section
from articles.people import merge_authors
from articles.publishing import Refused

admin.site.unregister([User, Group])


class AuthorForm(SlugFromName):
    portrait = PictureField(label=_("Portrait"), required=False)
    profiles = ProfilesField(
        label=_("Profiles elsewhere"),
        required=False,
        help_text=_("One on a line: a name if you like, then the address."),
    )

    class Meta:
        model = Author
        fields = [
            *("name", "slug", "kind", "job_title", "portrait", "biography", "languages"),
            *("email", "shows_email", "profiles", "user"),
        ]
        widgets = {"kind": forms.RadioSelect, "biography": forms.Textarea(attrs={"rows": 4})}


class OpensNoWindow:
    """For a ModelAdmin whose choices are only chosen: no small window makes or changes one."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            for can in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{can}_related", False)
        return field


@admin.register(Author)
class AuthorAdmin(
    OpensNoWindow,
    RefusesOldSaves,
    ShowsTheLibrary,
    OffersNames,
    KeepsWhatIsNeeded,
    LongLists,
    admin.ModelAdmin,
):
    form = AuthorForm
    cursor_kind = staticmethod(paging.name)
    list_display = ["face", "name", "kind", "job_title", "user"]
    empty_value_display = ""
    list_display_links = ["name"]
    list_filter = ["kind"]
    list_select_related = ["user", "portrait"]
    search_fields = ["name", "slug", "job_title", "other_names__name"]
    actions = ["merge", "delete_selected"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(merged_into=None)

    def get_readonly_fields(self, request, obj=None):
        """What an author signed, the account may write; so an administrator joins the two."""
        closed = [] if request.user.has_perm("auth.change_user") else ["user"]
        return [*closed, "merged_names"] if obj and obj.other_names.exists() else closed

    def get_fields(self, request, obj=None):
        names = ["merged_names"] if obj and obj.other_names.exists() else []
        return [*AuthorForm.Meta.fields, *names]

    @admin.display(description=_("portrait"))
    def face(self, author):
        if author.portrait is None:
            return format_html('<span class="face" aria-hidden="true">{}</span>', author.initials)
        shown = '<img class="face" src="{}" alt="" loading="lazy">'
        return format_html(shown, author.portrait.small.url)

    @admin.display(description=_("other names"))
    def merged_names(self, author):
        return ", ".join(other.name for other in author.other_names.all())

    @admin.action(description=_("Merge into one…"), permissions=["delete"])
    def merge(self, request, authors):
        """Ask which of the chosen names stays; then let the others lead to it."""
        authors = list(authors.select_related("user"))
        if len(authors) < 2:
            self.message_user(request, _("Choose two authors or more."), messages.WARNING)
            return None
        stays = next((a for a in authors if str(a.pk) == request.POST.get("stays")), None)
        if stays is None:
            context = self.admin_site.each_context(request) | {
                "title": _("Merge authors"),
                "opts": self.opts,
                "authors": authors,
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/articles/author/merge.html", context)
        names = ", ".join(author.name for author in authors if author != stays)
        try:
            merge_authors(authors, into=stays, by=request.user)
        except (PermissionDenied, Refused) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        self.log_change(request, stays, _("Merged with %(names)s.") % {"names": names})
        sentence = _("%(names)s: stories and addresses lead to %(author)s now.")
        told = {"names": names, "author": stays}
        self.message_user(request, sentence % told, messages.SUCCESS)
        return None

    def named_like(self, words):
        same = Author.objects.signing().filter(name__iexact=OuterRef("name"))
        namesakes = same.exclude(pk=OuterRef("pk"))
        found = Author.objects.signing().filter(Q(name__icontains=words) | Q(slug=words))
        return found.annotate(has_namesake=Exists(namesakes))

    def offer(self, author, words):
        value = author.slug if author.has_namesake else author.name
        told = [author.job_title, author.slug if author.has_namesake else ""]
        return {"name": author.name, "value": value, "about": " · ".join(filter(None, told))}

    def why_kept(self, author):
        """Who signed a story stays, whatever becomes of the account."""
        return _("This name stands on a story, so it is kept.") if author.bylines.exists() else ""


class WorksIn(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self):
        super().__init__(
            Section.objects.all(),
            label=_("Works only in"),
            required=False,
            help_text=_("Without a tick: everywhere."),
        )


class RolesField(forms.ModelMultipleChoiceField):
    """Groups, each with what its people do."""

    def label_from_instance(self, group):
        said = '<span class="role"><b>{}</b> <span class="quiet">{}</span></span>'
        return format_html(said, group.name, roles.told(group))


ACCOUNT = {
    "username": (_("Name to sign in with"), _("Letters, digits and @ . + - _ only.")),
    "email": (_("E-mail address"), _("Only the desk sees it.")),
    "is_staff": (_("Comes to the desk"), _("Without the tick nothing opens here.")),
    "is_active": (
        _("Open"),
        _("Take the tick away instead of deleting: what somebody signed and did keeps their name."),
    ),
    "is_superuser": (_("May do everything"), _("Without being in any group.")),
    "groups": (_("Roles"), ""),
}


class GivesRights:
    """For the forms of accounts: nobody gives what they do not have themselves."""

    by = None  # whoever fills the form

    def clean_groups(self):
        groups = self.cleaned_data["groups"]
        self.ask(roles.ask_to_give, roles.rights_in(groups))
        return groups

    def clean_sections(self):
        sections = self.cleaned_data["sections"]
        self.ask(roles.ask_for_sections, {section.pk for section in sections})
        return sections

    def ask(self, question, what):
        try:
            question(what, self.by)
        except PermissionDenied as refusal:
            raise ValidationError(str(refusal)) from None


class ToldInWords(PlainLabels):
    """For the forms of accounts: what Django's own fields mean at this desk."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, told) in ACCOUNT.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, told


class AccountCreationForm(ToldInWords, GivesRights, forms.ModelForm):
    """Without a password: whoever it is for chooses one, by the link that comes next."""

    sections = WorksIn()

    class Meta:
        model = User
        fields = ["username"]
        field_classes = {"username": UsernameField}

    def clean_username(self):
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("Somebody signs in with that name already."))
        return name

    def save(self, commit=True):
        self.instance.set_unusable_password()
        return super().save(commit)


class AccountForm(ToldInWords, GivesRights, UserChangeForm):
    sections = WorksIn()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["sections"] = Section.objects.filter(remits__user=self.instance)


class NewPasswordForm(PlainLabels, AdminPasswordChangeForm):
    """A password that somebody else sets."""


@admin.register(User)
class AccountAdmin(OpensNoWindow, Invites, KeepsWhatIsNeeded, LongLists, UserAdmin):
    """Rights come from groups. Who gives them, or changes an account, has all of them already."""

    form = AccountForm
    add_form = AccountCreationForm
    add_form_template = None
    cursor_kind = staticmethod(paging.name)
    change_password_form = NewPasswordForm
    filter_horizontal = []
    list_display = ["person", "role", "works_in", "last_seen", "state"]
    list_filter = ["groups", "is_active"]
    actions = ["close", "delete_selected"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "groups", "sections", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_staff", "groups", "sections"]}),
    ]

    def get_changeform_initial_data(self, request):
        return {"is_staff": True} | super().get_changeform_initial_data(request)

    def get_readonly_fields(self, request, obj=None):
        closed = [] if request.user.is_superuser else ["is_superuser"]
        return [*self.readonly_fields, *closed]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "remit__sections")

    @admin.display(description=_("person"), ordering="username")
    def person(self, account):
        return format_html('<bdi>{}</bdi> <span class="quiet">{}</span>', *self.names(account))

    def names(self, account):
        full = account.get_full_name()
        return (full, account.username) if full else (account.username, "")

    @admin.display(description=_("role"))
    def role(self, account):
        if account.is_superuser:
            return _("Everything")
        return ", ".join(group.name for group in account.groups.all()) or _("None yet")

    @admin.display(description=_("works in"))
    def works_in(self, account):
        remit = getattr(account, "remit", None)
        return str(remit) if remit else _("Everywhere")

    @admin.display(description=_("last signed in"))
    def last_seen(self, account):
        return Clock().words(account.last_login) if account.last_login else _("Never")

    @admin.display(description=_("state"))
    def state(self, account):
        return _("Open") if account.is_active else _("Closed")

    @admin.action(description=_("Close these accounts"), permissions=["change"])
    def close(self, request, accounts):
        """Whoever is closed out comes in no more; what they signed keeps their name."""
        closed = []
        for account in accounts:
            try:
                roles.close(account, by=request.user)
            except PermissionDenied as refusal:
                told = {"name": account, "why": refusal}
                self.message_user(request, _("%(name)s: %(why)s") % told, messages.WARNING)
            else:
                self.log_change(request, account, _("Closed."))
                closed.append(account.get_username())
        if closed:
            sentence = _("Closed: %(names)s. Their names stay on what they wrote.")
            self.message_user(request, sentence % {"names": ", ".join(closed)}, messages.SUCCESS)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.may_touch(request, obj)

    def may_touch(self, request, account):
        return account is None or not roles.exceeds(account, request.user)

    def why_kept(self, account):
        """History and the log say who did what, so whoever did something stays."""
        traces = [
            LogEntry.objects.filter(user=account),
            Revision.objects.filter(by=account),
            ScheduledPublication.objects.filter(by=account),
            Article.objects.filter(created_by=account),
        ]
        if any(trace.exists() for trace in traces):
            return _("History names this account, so it is kept. Take the tick from “Open”.")
        return ""

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        roles.limit(form.instance, form.cleaned_data["sections"], by=request.user)

    @admin.display(description=_("works only in"))
    def sections(self, account):
        """For those who may look at accounts but not change them."""
        remit = Remit.objects.filter(user=account).first()
        return str(remit) if remit else _("Everywhere")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs |= {"form_class": RolesField, "widget": forms.CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, help_text="", **kwargs)


RIGHTS = {"add": _("Add"), "change": _("Change"), "delete": _("Delete"), "view": _("See")}


class RightsField(forms.ModelMultipleChoiceField):
    """Rights in words, under what they are about."""

    widget = forms.CheckboxSelectMultiple

    def by_subject(self):
        subjects = {}
        for right in self.queryset:
            model = right.content_type.model_class()
            name = model._meta.verbose_name_plural if model else right.content_type.model
            subjects.setdefault(str(name).capitalize(), []).append(right)
        return [
            (name, [(right.pk, self.label_from_instance(right)) for right in rights])
            for name, rights in sorted(subjects.items())
        ]

    def label_from_instance(self, permission):
        verb, _rest = permission.codename.split("_", 1)
        if permission.codename == f"{verb}_{permission.content_type.model}" and verb in RIGHTS:
            return RIGHTS[verb]
        said = permission.name.removeprefix("Can ")
        return said[:1].upper() + said[1:]


class GroupForm(PlainLabels, forms.ModelForm):
    permissions = RightsField(
        roles.may_be_given().select_related("content_type"),
        label=_("Rights"),
        required=False,
    )

    by = None  # whoever fills the form

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if rights := self.fields.get("permissions"):
            rights.widget.choices = rights.by_subject()

    class Meta:
        model = Group
        fields = ["name", "permissions"]

    def clean_permissions(self):
        """Those that were ticked, and those that the form does not show."""
        given = self.cleaned_data["permissions"]
        try:
            roles.ask_to_give({right.pk for right in given}, self.by)
        except PermissionDenied as refusal:
            raise ValidationError(str(refusal)) from None
        if self.instance.pk is None:
            return given
        unseen = self.instance.permissions.exclude(pk__in=self.fields["permissions"].queryset)
        return [*given, *unseen]


@admin.register(Group)
class DeskGroupAdmin(GroupAdmin):
    form = GroupForm
    filter_horizontal = []
    list_display = ["name", "what_they_do", "people"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(people=Count("user"))

    @admin.display(description=_("what its people do"))
    def what_they_do(self, group):
        return roles.told(group)

    @admin.display(description=_("people"))
    def people(self, group):
        return group.people

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.may_touch(request, obj)

    def may_touch(self, request, group):
        """Who does not have all rights of a group neither adds to them nor takes the group away."""
        if group is None:
            return True
        return roles.may_give(roles.rights_in([group]), request.user)
