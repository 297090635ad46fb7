"""Authors, accounts and groups at the desk."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.utils.translation import gettext_lazy as _

from articles.admin.names import OffersNames, SlugFromName
from articles.models import Author

admin.site.unregister([User, Group])


class AuthorForm(SlugFromName):
    class Meta:
        model = Author
        fields = ["name", "slug", "job_title", "biography", "languages", "email", "user"]


@admin.register(Author)
class AuthorAdmin(OffersNames, admin.ModelAdmin):
    form = AuthorForm
    list_display = ["name", "job_title", "email", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "slug", "job_title"]

    def has_delete_permission(self, request, obj=None):
        """Who signed a story stays, whatever becomes of the account."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.bylines.exists())


class AccountCreationForm(AdminUserCreationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.pop("autofocus", None)  # the page does it itself


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Rights come from groups; only a superuser makes superusers, or touches their accounts."""

    add_form = AccountCreationForm
    show_facets = admin.ShowFacets.NEVER
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "groups", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_staff", "groups"]}),
    ]

    def get_changeform_initial_data(self, request):
        return {"is_staff": True} | super().get_changeform_initial_data(request)

    def get_readonly_fields(self, request, obj=None):
        closed = [] if request.user.is_superuser else ["is_superuser"]
        return [*self.readonly_fields, *closed]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.may_touch(request, obj)

    def may_touch(self, request, account):
        return account is None or request.user.is_superuser or not account.is_superuser

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, widget=forms.CheckboxSelectMultiple, help_text="", **kwargs
        )


class RightsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, permission):
        return permission.name


class GroupForm(forms.ModelForm):
    permissions = RightsField(
        Permission.objects.filter(content_type__app_label__in=["articles", "auth"])
        .exclude(content_type__model="permission")
        .select_related("content_type"),
        label=_("Rights"),
        required=False,
    )

    class Meta:
        model = Group
        fields = ["name", "permissions"]


@admin.register(Group)
class DeskGroupAdmin(GroupAdmin):
    form = GroupForm
    filter_horizontal = []
