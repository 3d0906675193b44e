from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from filmroom.field_names import translate_names


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        translate_names(self)
        sources, imports = map(import_module, ("integrations.sources", "recordings.imports"))
        imports.register_source(sources.source_of)
        # What lower apps tell is heard in every process, whoever it serves.
        import_module("integrations.tasks")
