"""``manage.py check_source URL``: what Film Room makes of a link, without storing anything."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filmroom.logs import scrub
from recordings.checking import check_link


class Command(BaseCommand):
    help = (
        "Show step by step what an import would make of a link: its platform, what is asked of "
        "whom, what would be fetched, or why nothing would. Stores nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="The share link, or the link to the file itself.")
        parser.add_argument("--passcode", default="", help="For links that ask for one.")

    def handle(self, *args: Any, **options: Any) -> None:
        refused = False
        for step in check_link(options["url"], options["passcode"]):
            refused = step.about == "refused"
            self.stdout.write(f"{step.about + ':':<11} {scrub(step.found)}")
        if refused:
            raise CommandError("Nothing would be imported from this link.")
