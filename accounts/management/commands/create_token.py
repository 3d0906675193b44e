"""``manage.py create_token EMAIL --scope read|write --name NAME``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.tokens import create_token
from filmroom.errors import FilmRoomError


class Command(BaseCommand):
    help = "Create an API token for a person and print it, alone, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--scope", required=True, choices=ApiToken.Scope.values)
        parser.add_argument("--name", required=True, help="What the token is for.")
        parser.add_argument("--expires-in-days", type=int, help="Without it the token stays valid.")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email=options["email"].strip().lower()).first()
        if owner is None:
            raise CommandError(f"Nobody has the e-mail address {options['email']}.")
        days = options["expires_in_days"]
        try:
            _row, value = create_token(
                owner=owner,
                name=options["name"],
                scope=options["scope"],
                by=None,
                expires_at=None if days is None else timezone.now() + timedelta(days=days),
            )
        except (FilmRoomError, OverflowError) as error:
            raise CommandError(getattr(error, "detail", "Choose fewer days.")) from error
        self.stdout.write(value)
