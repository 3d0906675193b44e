from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from filmroom.field_names import translate_names


class RecordingsConfig(AppConfig):
    name = "recordings"
    verbose_name = _("Recordings")

    def ready(self) -> None:
        translate_names(self)
