from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from filmroom.field_names import translate_names


class SessionsConfig(AppConfig):
    name = "sessions_app"
    verbose_name = _("Sessions")

    def ready(self) -> None:
        translate_names(self)
