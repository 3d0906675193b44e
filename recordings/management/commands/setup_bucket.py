"""manage.py setup_bucket: make the bucket ready, or with --check only report on it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recordings.storage import StorageError, ensure_bucket


class Command(BaseCommand):
    help = (
        "Creates the bucket if it is missing and sets encryption, CORS, versioning, lifecycle, "
        "public access block and TLS-only access; says for each what the store accepted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only report, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reports = ensure_bucket(dry_run=options["check"])
        except StorageError as error:
            raise CommandError(
                f"The bucket cannot be reached or used ({error.reason}): check AWS_S3_BUCKET, "
                "AWS_S3_ENDPOINT_URL, AWS_REGION and the keys."
            ) from None
        if reports[0].state == "differs":
            raise CommandError(f"{reports[0].detail}: run manage.py setup_bucket to create it.")
        for report in reports:
            self.stdout.write(f"{report.name:<14} {report.state:<12} {report.detail}")
