"""Lists at the desk that may be long: they go on by cursor, and nobody counts them."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.contrib.messages import WARNING
from django.db import connection
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from articles import paging

COUNTED = 10_000  # rows that are counted one by one; more are estimated
FEW = 2_000  # rows that are looked at each, where no index has them in order
CURSORS = ("before", "after")


class LongLists:
    """For a ModelAdmin: its list goes on by cursor, and is sorted only as an index has it.

    It stands by one field that is never empty: `stands_by`, or the first that the ordering names.
    `cursor_kind` says how its values are read.
    """

    stands_by = ""
    cursor_kind = staticmethod(paging.moment)
    is_archive = False  # whether it grows for ever, so that a search looks along it bit by bit
    sortable_by = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request, **kwargs):
        return LongList

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, record):
        """As Django's own, which renders a template in each row."""
        label = _("Select this object for an action - {}").format(record)
        box = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
        return format_html(box, ACTION_CHECKBOX_NAME, record.pk, label)

    def response_action(self, request, queryset):
        """What is done to many is done to those that were ticked, never to a whole archive."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not ticked or not all(map(is_pk, ticked)):
            self.message_user(request, _("Nothing is chosen, so nothing was done."), WARNING)
            return None
        return super().response_action(request, queryset.filter(pk__in=ticked))


class LongList(ChangeList):
    """One page of a long list."""

    def get_queryset(self, request, exclude_parameters=None):
        for name in CURSORS:
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_ordering_field(self, field_name):
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None

    def get_ordering(self, request, queryset):
        """By one field, and by number where that is the same."""
        first = self.model_admin.stands_by or super().get_ordering(request, queryset)[0]
        self.falls, self.stands_by = first.startswith("-"), first.removeprefix("-")
        self.cursor_kind = self.model_admin.cursor_kind
        return [first, "-pk" if self.falls else "pk"]

    def window(self):
        """Among which rows one page looks; see `paging.page`. Without one it looks among all."""
        if self.model_admin.is_archive and (self.query or self.has_active_filters):
            return paging.along(self.model._default_manager.all(), self.stands_by)
        return None

    def get_results(self, request):
        self.page = paging.page(
            self.queryset,
            request.GET,
            by=self.stands_by,
            kind=self.cursor_kind,
            size=self.list_per_page,
            falls=self.falls,
            window=self.window(),
        )
        self.result_list = self.page.items
        self.result_count = len(self.result_list)
        self.is_whole = not self.page.newer and not self.page.older
        self.show_admin_actions = bool(self.result_list)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.full_result_count = None

    def older(self):
        return self.get_query_string({"before": self.page.older}) if self.page.older else ""

    def newer(self):
        if self.page.newer in {"", "first"}:
            return self.get_query_string() if self.page.newer else ""
        return self.get_query_string({"after": self.page.newer})

    def about(self):
        """How many rows there are, in words; an estimate when there are many."""
        many = estimate(self.model)
        if many <= COUNTED:
            few = self.root_queryset.order_by().values("pk")[: COUNTED + 1].count()
            if few <= COUNTED:
                return number_format(few, force_grouping=True)
            many = few  # PostgreSQL has not looked at the table yet
        rounded = number_format(round(many, -3), force_grouping=True)
        return _("about %(number)s") % {"number": rounded}


def estimate(model):
    """How many rows a table has, more or less, at no cost."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
            return int(cursor.fetchone()[0])
        cursor.execute(f'SELECT max(id) FROM "{table}"')  # noqa: S608  # rows are seldom deleted
        return cursor.fetchone()[0] or 0


def few(numbers):
    """The numbers, if they are so few that each row may be looked at; else None."""
    found = list(numbers.order_by()[: FEW + 1])
    return found if len(found) <= FEW else None


def is_pk(text):
    return text.isascii() and text.isdecimal() and len(text) < 19
