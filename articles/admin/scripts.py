"""What the desk’s own scripts ask while a page is open. They are answered in JSON, refusals too."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.utils.translation import gettext as _

from articles import publishing


def in_json(view):
    """For a view of a ModelAdmin: whoever may not is told so in JSON, and led nowhere.

    A page says whose it is. Words that one person wrote are not saved in the name of another who
    has signed in since, in a window beside it.
    """

    @wraps(view)
    def answer(self, request, *args, **kwargs):
        if not self.admin_site.has_permission(request):
            return refusal(401, _("Signed out."))
        if request.method != "POST":
            return refusal(405, _("Only scripts of the desk ask here."), headers={"Allow": "POST"})
        if request.POST.get("user", str(request.user.pk)) != str(request.user.pk):
            return refusal(401, _("Somebody else has signed in."), is_other=True)
        try:
            return view(self, request, *args, **kwargs)
        except PermissionDenied as denied:
            return refusal(403, str(denied) or _("You may not change this story."))
        except publishing.Refused as refused:
            return refusal(422, str(refused))

    return answer


def refusal(status, sentence, *, headers=None, **told):
    return JsonResponse({"sentence": sentence} | told, status=status, headers=headers)
