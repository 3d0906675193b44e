"""``manage.py sweep [NAME …]``: what beat does on its own, here and now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.tasks import INTEGRATION_SWEEPS, SLOW_INTEGRATION_SWEEPS
from recordings.tasks import TRANSFER_SWEEPS, UPLOAD_SWEEPS

SWEEPS = TRANSFER_SWEEPS | UPLOAD_SWEEPS | INTEGRATION_SWEEPS | SLOW_INTEGRATION_SWEEPS


class Command(BaseCommand):
    help = (
        "Resolve what has stood too long, and print for each sweep how many things it settled. "
        "leases: give imports of lost workers back; waiting: nudge for imports and syncs that "
        "wait; deletions: retry queued deletions; unconfirmed: fail uploads nobody finished; "
        "leftovers: remove parts and objects of ended uploads; grants: undo late writes of "
        "presigned forms; parts: abort multipart uploads that nobody knows; idempotency: forget "
        "old answers; unexamined: nudge for recordings whose facts are not known; events: nudge "
        "for what platforms sent; old-events: forget what they sent long ago; "
        "webhooks: nudge for what waits to be sent to endpoints; webhooks-missed: queue what no "
        "signal told them; old-webhooks: forget what was sent long ago."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help=f"All without: {', '.join(SWEEPS)}."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = set(options["names"]) - set(SWEEPS)
        if unknown:
            raise CommandError(f"There is no sweep {sorted(unknown)[0]}: {', '.join(SWEEPS)}.")
        for name in options["names"] or SWEEPS:
            self.stdout.write(f"{name}: {SWEEPS[name]()}")
