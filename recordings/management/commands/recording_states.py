"""``manage.py recording_states [--check]``: the page of upload states, drawn from the table."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.lifecycle import FIRST_STATES, TRANSITIONS
from sessions_app.models import UploadStatus

PAGE = settings.BASE_DIR / "docs" / "recording-states.md"

INTRODUCTION = """\
# States of an upload

Drawn by `manage.py recording_states` from the table in `recordings/lifecycle.py`: change that, and
run the command again. `make check` compares the two.

An upload is one attempt to bring in a recording. Each move is one `UPDATE` that names the state it
starts from, so of many callers one wins; it is kept with time and actor as the upload's history.
Whatever is not listed here is refused. A file that a sync finds in the bucket, or that staff assign
to a session, begins as `completed`.
"""


class Command(BaseCommand):
    help = "Write docs/recording-states.md from the table of upload states."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail when the page is out of date."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        text = draw()
        if not options["check"]:
            PAGE.write_text(text, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            raise CommandError(
                "docs/recording-states.md is out of date: run manage.py recording_states."
            )


def draw() -> str:
    """Return the page as Markdown: a Mermaid diagram and the table of moves."""
    return "\n".join([INTRODUCTION, *_diagram(), "", *_moves(), ""])


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in UploadStatus.values if state in FIRST_STATES]
    lines += [f"    {was} --> {now}" for was, now in TRANSITIONS]
    lines += [f"    {state} --> [*]" for state in _ends()]
    return [*lines, "```"]


def _moves() -> list[str]:
    lines = ["| From | To | Who may | What it means |", "|---|---|---|---|"]
    for (was, now), (actors, meaning) in TRANSITIONS.items():
        lines.append(f"| `{was}` | `{now}` | {', '.join(sorted(actors))} | {meaning} |")
    return lines


def _ends() -> list[UploadStatus]:
    left = {was for was, _now in TRANSITIONS}
    return [state for state in UploadStatus if state not in left]
