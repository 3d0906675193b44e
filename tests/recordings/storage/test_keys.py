from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.storage import (
    build_key,
    coach_prefix,
    content_disposition,
    parse_key,
    safe_display_name,
    session_prefix,
)

COACH = UUID("0198c5f0-0000-7000-8000-000000000001")
CLIENT = UUID("0198c5f0-0000-7000-8000-000000000002")
DAY = datetime(2026, 1, 14, 15, 0, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(), max_size=400)  # surrogates and controls included
HOSTILE = st.lists(
    st.sampled_from(
        ["..", "/", "\\", "\x00", "\u202e", "\u200b", "\ud800", "CON", ".", "${filename}", "$", "{",
         "e\u0301", "\u037e", "\ufffe", "é", " ", "👨\u200d👩", "a", ".mp4", "\ufe0f", "\r\n"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


def key_for(filename: str, client_id: UUID | None = CLIENT) -> str:
    return build_key(coach_id=COACH, client_id=client_id, scheduled_at=DAY, filename=filename)


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("talk.mp4", r"talk_ID\.mp4"),
        ("Ünïcode náme.MP4", r"Ünïcode náme_ID\.MP4"),
        ("e\u0301te\u0301.mov", r"été_ID\.mov"),
        ("日本語の会議.m4a", r"日本語の会議_ID\.m4a"),
        ("../../etc/passwd", r"passwd_ID"),
        ("C:\\Users\\me\\talk.mp4", r"talk_ID\.mp4"),
        ("..", r"recording_ID"),
        ("", r"recording_ID"),
        (".mp4", r"recording_ID\.mp4"),
        ("a..b...mp4", r"a\.b_ID\.mp4"),
        ("CON.mp4", r"recording_ID\.mp4"),
        ("lpt1.old.mp4", r"recording_ID\.mp4"),
        ("console.mp4", r"console_ID\.mp4"),
        ("x\u202egpj.mp4", r"xgpj_ID\.mp4"),
        ("x\u200by\ufe0f.mp4", r"xy_ID\.mp4"),
        ("a\x00b\ud800\x7f.mp4", r"ab_ID\.mp4"),
        ("a\nb.mp4", r"a b_ID\.mp4"),
        ('a<b>c:"|?*.mp4', r"a_b_c______ID\.mp4"),
        ("$${filename}.mp4", r"\{filename\}_ID\.mp4"),
        ("talk.not an ext", r"talk\.not an ext_ID"),
    ],
)
def test_a_filename_becomes_a_safe_name(filename: str, name: str) -> None:
    folder = f"recordings/{COACH}/{CLIENT}/2026-01-14/"
    assert re.fullmatch(re.escape(folder) + name.replace("ID", "[0-9a-f]{16}"), key_for(filename))


@given(ANY_TEXT | HOSTILE)
def test_no_filename_breaks_out(filename: str) -> None:
    key = key_for(filename)
    assert len(key.encode()) <= 1024
    assert key.count("/") == 4
    assert ".." not in key
    assert "\\" not in key
    assert "${" not in key
    assert unicodedata.is_normalized("NFC", key)
    assert not {unicodedata.category(c) for c in key} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    parts = parse_key(key)
    assert parts is not None
    assert (parts.coach_id, parts.client_id, parts.date) == (COACH, CLIENT, date(2026, 1, 14))


def test_a_long_name_is_cut_between_characters() -> None:
    key = key_for("e\u0301" * 10 + "x\u0323\u0307" * 300 + ".mp4")
    name = key.rpartition("/")[2]
    assert len(name.encode()) <= 200
    stem = name.rpartition("_")[0]
    # A cluster is a letter and its two marks, of which NFC composes one: none is torn apart.
    assert (
        stem.removeprefix("é" * 10).replace(unicodedata.normalize("NFC", "x\u0323\u0307"), "") == ""
    )


def test_the_day_is_the_day_in_utc_and_no_client_has_a_name() -> None:
    evening = datetime(2026, 1, 14, 20, 0, tzinfo=timezone(timedelta(hours=-8)))
    key = build_key(coach_id=COACH, client_id=None, scheduled_at=evening, filename="a.mp4")
    assert key.startswith(f"recordings/{COACH}/no-client/2026-01-15/a_")
    parts = parse_key(key)
    assert parts is not None
    assert parts.client_id is None
    assert key.startswith(coach_prefix(COACH))
    assert key.startswith(session_prefix(coach_id=COACH, client_id=None, scheduled_at=evening))


def test_a_naive_time_is_refused() -> None:
    naive = DAY.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        build_key(coach_id=COACH, client_id=None, scheduled_at=naive, filename="a.mp4")


def test_two_keys_of_one_name_differ() -> None:
    assert key_for("a.mp4") != key_for("a.mp4")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "recordings/",
        f"other/{COACH}/{CLIENT}/2026-01-14/a.mp4",
        f"recordings/{COACH}/{CLIENT}/2026-01-14/",
        f"recordings/{COACH}/{CLIENT}/2026-01-14/deeper/a.mp4",
        f"recordings/{COACH}/{CLIENT}/2026-02-30/a.mp4",
        f"recordings/{COACH}/{CLIENT}/20260114/a.mp4",
        f"recordings/{COACH}/someone/2026-01-14/a.mp4",
        f"recordings/{str(COACH).upper()}/{CLIENT}/2026-01-14/a.mp4",
        f"recordings/{{{COACH}}}/{CLIENT}/2026-01-14/a.mp4",
    ],
)
def test_a_key_of_another_form_says_nothing(key: str) -> None:
    assert parse_key(key) is None


def test_a_key_put_by_hand_is_read() -> None:
    parts = parse_key(f"recordings/{COACH}/{CLIENT}/2026-01-14/by hand é.mp4")
    assert parts == (COACH, CLIENT, date(2026, 1, 14), "by hand é.mp4")


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("talk.mp4", "talk.mp4"),
        ("a/b\\c.mp4", "c.mp4"),
        ("x\u202egpj\x00\ud800.mp4", "xgpj.mp4"),
        ("می\u200cخواهم.mp4", "می\u200cخواهم.mp4"),
        ("👨\u200d👩\u200d👧.mp4", "👨\u200d👩\u200d👧.mp4"),
        ("e\u0301.mp4", "é.mp4"),
        ("..", "recording"),
        ("\x00", "recording"),
        ("x" * 300 + ".mp4", "x" * 251 + ".mp4"),
    ],
)
def test_the_shown_name_stays_what_a_person_gave(given_name: str, shown: str) -> None:
    assert safe_display_name(given_name) == shown


@given(ANY_TEXT | HOSTILE, st.sampled_from(["attachment", "inline"]))
def test_the_download_header_is_one_ascii_line_with_both_names(name: str, kind: str) -> None:
    header = content_disposition(kind, name)
    assert re.fullmatch(
        rf"{kind}; filename=\"[A-Za-z0-9 ()+,.=@_-]+\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", header
    )


def test_the_download_header_carries_the_name() -> None:
    assert content_disposition("attachment", 'Gespräch "100%".mp4') == (
        'attachment; filename="Gesprach _100__.mp4"; '
        "filename*=UTF-8''Gespr%C3%A4ch%20%22100%25%22.mp4"
    )
