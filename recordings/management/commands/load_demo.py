"""``manage.py load_demo``: people, sessions and recordings to look at."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recordings.demo.loading import load_demo
from recordings.storage import StorageError


class Command(BaseCommand):
    help = (
        "Load demo data once and print its logins. On embedded defaults all share a password that "
        "is public; elsewhere each gets a random one, printed by the first load only."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        # Everyday moves by the dozen say nothing to whoever waits for the logins.
        logging.disable(logging.INFO)
        try:
            logins = load_demo(public_password=settings.EMBEDDED)
        except StorageError as error:
            raise CommandError(
                f"The bucket cannot be used ({error.reason}): run manage.py setup_bucket first."
            ) from error
        finally:
            logging.disable(logging.NOTSET)
        for login in logins:
            password = login.password or "(password as printed at the first load)"
            self.stdout.write(f"{login.role:<5} {login.email:<29} {password}")
