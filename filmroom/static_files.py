"""Static files: hashed and compressed once collected, served as they are before that."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedOrPlainStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that needs no ``collectstatic`` to show a page.

    Where nothing was collected there is no manifest; names then stay as they are, and WhiteNoise
    finds the files where they lie. Modules import each other by their hashed names, so that a page
    never runs one twice or an old one with a new one.
    """

    support_js_module_import_aggregation = True
    # Only our own: what others ship may name modules that they do not ship.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )
    # A pass for each module in the longest chain of imports.
    max_post_process_passes = 20

    def stored_name(self, name: str) -> str:
        if not self.hashed_files:
            return name
        stored: str = super().stored_name(name)
        return stored
