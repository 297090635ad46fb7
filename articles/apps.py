from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Newsroom")

    def ready(self):
        from articles import checks, roles, search

        post_migrate.connect(roles.establish, sender=self)
        post_migrate.connect(checks.establish, sender=self)
        post_migrate.connect(search.keep_in_step, sender=self)
