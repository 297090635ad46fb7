"""What a page of the desk is asked, in its address or in a form, however odd it is written."""

from django.utils.http import url_has_allowed_host_and_scheme


def number_in(text):
    """The number of a version or of a person in an address or a form; nothing if there is none."""
    text = str(text)
    return int(text) if text.isdecimal() and len(text) < 10 else None


def next_place(request):
    """Where a form wants to go on, if it is a page of ours; else nothing."""
    place = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(place, {request.get_host()}, request.is_secure())
    return place if is_ours else ""


def asks_in_json(request):
    return request.headers.get("Accept", "").startswith("application/json")
