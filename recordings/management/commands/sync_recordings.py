"""``manage.py sync_recordings [--coach EMAIL] [--dry-run]``."""

from __future__ import annotations

import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from recordings.models import SyncRun
from recordings.sync import request_sync, run_sync

COUNTS = ("total_files", "new_records", "updated_records", "missing_records", "unmatched_files")


class Command(BaseCommand):
    help = "Compare the bucket with the table, here and now, and print what was found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--coach", metavar="EMAIL", help="Only this coach's files.")
        parser.add_argument("--dry-run", action="store_true", help="Only report.")

    def handle(self, *args: Any, **options: Any) -> None:
        run = request_sync(
            coach=self._coach(options["coach"]),
            by=None,
            trigger=SyncRun.Trigger.COMMAND,
            dry_run=options["dry_run"],
        )
        run = run_sync(run.pk, worker=socket.gethostname())
        if run.status == SyncRun.Status.RUNNING:
            self.stdout.write(f"A worker is doing this sync already: {run.pk}.")
            return
        for name in COUNTS:
            self.stdout.write(f"{name}: {getattr(run, name)}")
        for error in run.errors:
            self.stderr.write(f"{error['code']}: {error['s3_key'] or '-'}: {error['detail']}")
        if run.status != SyncRun.Status.COMPLETED:
            raise CommandError(f"The sync {run.status}.")

    def _coach(self, email: str | None) -> User | None:
        if email is None:
            return None
        coach = User.objects.filter(email=email.strip().lower()).first()
        if coach is None:
            raise CommandError(f"Nobody has the e-mail address {email}.")
        return coach
