from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from filmroom.field_names import translate_names


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        translate_names(self)
