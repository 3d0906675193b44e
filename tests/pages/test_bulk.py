"""Many sessions at once: what happens to rows and bucket, and whose ids count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.test import Client

from accounts.models import User
from recordings.models import SessionUpload, SyncRun
from sessions_app.models import Session
from tests.attempts import add_upload

URL = "/dashboard/coach/recordings"
BULK = f"{URL}/bulk"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def stored(make_session: Callable[..., Session], s3: Any, bucket: str) -> Callable[..., Session]:
    """Make a session whose recording lies in the bucket."""

    def make(title: str, **fields: Any) -> Session:
        session = make_session(title=title, **fields)
        upload = add_upload(session, original_filename=f"{title}.mp4")
        put = s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=b"bytes")
        SessionUpload.objects.filter(pk=upload.pk).update(size_bytes=5, version_id=put["VersionId"])
        session.refresh_from_db()
        return session

    return make


def _keys(s3: Any, bucket: str) -> set[str]:
    return {found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


def test_deleting_asks_once_tells_each_rows_outcome_and_can_be_undone(
    web: Client,
    stored: Callable[..., Session],
    make_session: Callable[..., Session],
    s3: Any,
    bucket: str,
) -> None:
    one, two, busy = stored("One"), stored("Two"), stored("Busy")
    empty = make_session(title="Empty")
    add_upload(busy, "uploading")
    before = _keys(s3, bucket)
    ids = [str(each.pk) for each in (one, two, busy, empty)]

    question = web.post(f"{BULK}/delete", {"id": ids}, headers=SCRIPT)

    assert "Delete 2 recordings?" in question.text
    assert "1 of the chosen has an upload under way and stays." in question.text
    assert "1 of the chosen has no recording." in question.text
    assert "You can undo this for 10 seconds" in question.text
    assert _keys(s3, bucket) == before

    answer = web.post(f"{BULK}/delete", {"id": ids, "sure": "yes"}, headers=SCRIPT)

    said, *rest = answer.context["toast"]["lines"]
    assert said == "2 recordings deleted."
    assert set(rest) == {"1 has an upload under way and stays.", "1 has no recording."}
    assert set(answer.context["toast"]["undo"]) == {str(one.pk), str(two.pk)}
    busy.refresh_from_db()
    assert _keys(s3, bucket) == {busy.s3_key}
    assert not Session.objects.exclude(s3_key="").exclude(pk=busy.pk).exists()

    back = web.post(f"{BULK}/restore", {"id": answer.context["toast"]["undo"]}, headers=SCRIPT)

    assert back.context["toast"]["lines"] == ["2 recordings are back."]
    assert _keys(s3, bucket) == before
    assert SessionUpload.objects.filter(status="completed").count() == 3


def test_without_old_versions_the_question_says_that_nothing_brings_it_back(
    web: Client, make_session: Callable[..., Session]
) -> None:
    session = make_session()
    add_upload(session)

    text = web.post(f"{BULK}/delete", {"id": str(session.pk)}).text

    assert "keeps no old version of 1 file: its deletion cannot be undone." in text
    assert "You can undo this" not in text


def test_without_a_script_the_toast_waits_on_the_table(
    web: Client, stored: Callable[..., Session]
) -> None:
    session = stored("One")

    done = web.post(f"{BULK}/delete", {"id": str(session.pk), "sure": "yes"}, follow=True)
    later = web.get(URL)

    assert done.redirect_chain == [(URL, 302)]
    assert "1 recording deleted." in done.text
    assert f'<input type="hidden" name="id" value="{session.pk}">' in done.text
    assert "1 recording deleted." not in later.text


def test_ids_of_others_are_nobodys(
    web: Client,
    web_for: Callable[..., Client],
    other_coach: User,
    stored: Callable[..., Session],
    s3: Any,
    bucket: str,
) -> None:
    mine = stored("Mine")
    theirs = add_upload(stored("Theirs", coach=other_coach), "failed")
    before = _keys(s3, bucket), list(SessionUpload.objects.order_by("pk").values())
    chosen = {"id": [str(theirs.session_id), "nonsense"], "only": str(theirs.session_id)}

    for act in ("delete", "restore", "retry", "sync", "links"):
        for data in (chosen, {"id": chosen["id"]}, {"all": "yes", "view": "q=Theirs"}, {}):
            answer = web.post(f"{BULK}/{act}", data | {"sure": "yes"}, headers=SCRIPT)
            assert answer.context["toast"]["lines"] == ["Choose sessions first."], (act, data)

    assert before == (_keys(s3, bucket), list(SessionUpload.objects.order_by("pk").values()))
    assert not SyncRun.objects.exists()
    assert mine.s3_key in before[0]


def test_all_that_fit_are_found_again_by_the_server(
    web: Client, make_session: Callable[..., Session]
) -> None:
    for title in ("Talk 1", "Talk 2", "Other"):
        add_upload(make_session(title=title), "failed")
    data = {"all": "yes", "view": "q=Talk&size=25"}

    answer = web.post(f"{BULK}/retry", data, headers=SCRIPT)

    assert answer.context["toast"]["lines"] == ["2 imports are tried again."]
    waiting = SessionUpload.objects.filter(status="pending").values_list(
        "session__title", flat=True
    )
    assert set(waiting) == {"Talk 1", "Talk 2"}


def test_a_rows_own_button_acts_on_that_row_alone(
    web: Client, make_session: Callable[..., Session]
) -> None:
    one, two = make_session(), make_session()
    add_upload(one, "failed")
    add_upload(two, "failed")
    data = {"id": [str(two.pk)], "all": "yes", "view": "", "only": str(one.pk)}

    answer = web.post(f"{BULK}/retry", data, follow=True)

    assert "1 import is tried again." in answer.text
    assert SessionUpload.objects.get(status="pending").session_id == one.pk


def test_a_sync_is_asked_for(web: Client, coach: User, session: Session) -> None:
    web.post(f"{BULK}/sync", {"id": str(session.pk)})

    assert SyncRun.objects.get().coach == coach


def test_links_are_shown_and_come_as_files(
    web: Client, stored: Callable[..., Session], make_session: Callable[..., Session]
) -> None:
    one, two = stored("=One"), stored("Two")
    ids = [str(each.pk) for each in (one, two, make_session())]

    dialog = web.post(f"{BULK}/links", {"id": ids}, headers=SCRIPT)
    text = web.post(f"{BULK}/links", {"id": ids, "as": "txt"})
    table = web.post(f"{BULK}/links", {"id": ids, "as": "csv"})

    assert dialog.text.count("data-link>") == 2
    assert "1 of the chosen has no recording." in dialog.text
    assert [requests.get(link, timeout=5).text for link in text.text.splitlines()] == ["bytes"] * 2
    assert table["Content-Disposition"] == 'attachment; filename="recordings.csv"'
    lines = table.text.splitlines()
    assert lines[0] == "\ufefftitle,scheduled_at,filename,size_bytes,download_url,expires_at"
    assert {line.partition(",")[0] for line in lines[1:]} == {"'=One", "Two"}


@pytest.mark.parametrize("view", ["client=not-a-uuid", f"q={'x' * 201}", "from=soon"])
def test_all_that_fit_a_filter_that_cannot_be_read_are_none(
    web: Client, make_session: Callable[..., Session], view: str
) -> None:
    add_upload(make_session(title="Talk"))

    answer = web.post(f"{BULK}/delete", {"all": "yes", "view": view, "sure": "yes"}, follow=True)

    assert "Choose sessions first." in answer.text
    assert SessionUpload.objects.get().status == "completed"
