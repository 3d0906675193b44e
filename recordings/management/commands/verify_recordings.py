"""``manage.py verify_recordings``: every difference between rows and bucket, one a line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recordings.auditing import audit
from recordings.reconciling import KeysOutOfOrder
from recordings.storage import StorageError


class Command(BaseCommand):
    help = (
        "Compare every upload with its object in the bucket (size, ETag, checksum) and every "
        "object with the table; print each difference, change nothing, fail when there are any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        try:
            for found in audit():
                count += 1
                self.stdout.write(f"{found.code}: {found.s3_key!r}: {found.detail}")
        except (StorageError, KeysOutOfOrder) as error:
            raise CommandError(f"The bucket could not be asked: {error}.") from error
        if count:
            raise CommandError(f"Differences: {count}.")
        self.stdout.write("Rows and bucket agree.")
