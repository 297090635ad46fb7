"""People come to the desk by a link, and choose a password that nobody else knows."""

from smtplib import SMTPException

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as _

from articles import roles
from articles.admin.labels import PlainLabels
from articles.models import Site

DAY = 24 * 60 * 60  # seconds


class Invites:
    """For the ModelAdmin of accounts: a page that makes a link and shows it once."""

    def get_urls(self):
        page = self.admin_site.admin_view(self.invitation)
        return [path("<int:pk>/invite/", page, name="auth_user_invite"), *super().get_urls()]

    def invitation(self, request, pk):
        account = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, account):
            raise PermissionDenied(_("Only administrators look after accounts."))
        if request.method == "POST":
            return self.invite(request, account)
        return self.show(request, account)

    def invite(self, request, account):
        """Make the link, mail it if there is a way, and show it this once."""
        uid, token = roles.invite(account, by=request.user)
        link = settings.SITE_URL + reverse("admin:welcome", args=[uid, token])
        self.log_change(request, account, _("Invited by a link."))
        return self.show(request, account, link=link, is_sent=self.mail(request, account, link))

    def show(self, request, account, **told):
        days = settings.PASSWORD_RESET_TIMEOUT // DAY
        context = self.admin_site.each_context(request) | told
        context |= {"title": _("Invite"), "opts": self.opts, "account": account, "days": days}
        return TemplateResponse(request, "admin/auth/user/invite.html", context)

    def mail(self, request, account, link):
        if not (settings.EMAIL_HOST and account.email):
            return False
        site = Site.current()
        told = {"site": site, "link": link, "account": account, "by": request.user}
        told["days"] = settings.PASSWORD_RESET_TIMEOUT // DAY
        try:
            send_mail(
                _("Your way to the desk of %(site)s") % {"site": site},
                render_to_string("email/invitation.txt", told),
                None,
                [account.email],
            )
        except (OSError, SMTPException):
            self.message_user(request, _("The mail could not be sent."), messages.WARNING)
            return False
        return True

    def response_add(self, request, obj, post_url_continue=None):
        """Somebody new without a password is shown the way in at once."""
        if obj.has_usable_password():
            return super().response_add(request, obj, post_url_continue)
        return self.invite(request, obj)


class OwnPasswordForm(PlainLabels, SetPasswordForm):
    """A password that its owner chooses."""


class Welcome(PasswordResetConfirmView):
    """Where the link of an invitation leads."""

    form_class = OwnPasswordForm
    template_name = "registration/welcome.html"
    success_url = reverse_lazy("admin:login")

    def get_user(self, uidb64):
        account = super().get_user(uidb64)
        return account if account and account.is_active else None

    def form_valid(self, form):
        messages.success(self.request, _("The password is yours. Sign in with it."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | admin.site.each_context(self.request)
        return context | {"account": self.user}
