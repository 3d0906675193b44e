"""Static files: hashed and compressed once collected, served as they are before that."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedOrPlainStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that needs no ``collectstatic`` to show a page.

    Where nothing was collected there is no manifest; names then stay as they are, and WhiteNoise
    finds the files where they lie.
    """

    def stored_name(self, name: str) -> str:
        if not self.hashed_files:
            return name
        stored: str = super().stored_name(name)
        return stored
