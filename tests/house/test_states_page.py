"""docs/recording-states.md says what the table of upload states says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recordings.lifecycle import FIRST_STATES, TRANSITIONS
from recordings.management.commands import recording_states

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recording-states.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == recording_states.draw()


def test_the_page_shows_every_move_and_who_may_make_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| ([\w, ]+) \| (.+) \|$", text, re.MULTILINE)
    arrows = set(re.findall(r"^    (\S+) --> (\w+)$", text, re.MULTILINE))

    assert {(was, now): (frozenset(who.split(", ")), why) for was, now, who, why in rows} == {
        (was.value, now.value): allowed for (was, now), allowed in TRANSITIONS.items()
    }
    assert arrows == {(was.value, now.value) for was, now in TRANSITIONS} | {
        ("[*]", state.value) for state in FIRST_STATES
    }


def test_check_fails_for_an_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(recording_states, "PAGE", page)
    with pytest.raises(CommandError, match="out of date"):
        call_command("recording_states", "--check")
    assert not page.exists()

    call_command("recording_states")
    call_command("recording_states", "--check")
    page.write_text(page.read_text(encoding="utf-8").replace("retried", "again"), encoding="utf-8")

    with pytest.raises(CommandError, match="out of date"):
        call_command("recording_states", "--check")
