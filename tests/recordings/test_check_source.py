"""``manage.py check_source``: what it says of a link, and that it stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recordings.checking import check_link
from recordings.models import SessionUpload
from tests.origins import Origin, a_file, a_page, redirect, stand_in
from tests.recordings.conftest import keys_in

ID = "1A2b3C4d5E6f7G8h9I0jK_lM-nOpQrStU"
HOSTS = ["drive.usercontent.google.com", "drive.google.com", "files.example.com"]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    with Origin(tls_names=HOSTS) as origin:
        stand_in(monkeypatch, origin, *HOSTS)
        yield origin


def steps(url: str, passcode: str = "") -> list[tuple[str, str]]:
    return [tuple(step) for step in check_link(url, passcode)]  # type: ignore[misc]


def test_a_recording_is_told_with_every_request(web: Origin, mp4: bytes) -> None:
    notice = (
        b'<!doctype html><form id="download-form" action="/download" method="get">'
        b'<input name="id" value="%s"><input name="uuid" value="u-1"></form>' % ID.encode()
    )
    web.serve(
        "/download",
        a_page(notice),
        a_file(mp4, headers={"Content-Disposition": "attachment; filename=talk.mp4"}),
    )
    asked = "https://drive.usercontent.google.com/download"
    assert steps(f"https://drive.google.com/file/d/{ID}/view?usp=s3cr3t") == [
        ("address", f"https://drive.google.com/file/d/{ID}/view?usp=… may be asked"),
        ("platform", "google_drive (Google Drive)"),
        ("link", "recording"),
        ("request", f"GET {asked}?id=…&export=…&confirm=…: 200, text/html"),
        ("request", f"GET {asked}?id=…&uuid=…: 200, video/mp4"),
        ("recording", f"talk.mp4: video/mp4, {len(mp4)} bytes"),
    ]


def test_a_wall_a_folder_and_an_inward_address_are_refused_with_their_sentence(
    web: Origin,
) -> None:
    web.serve("/a.mp4", a_page(b"<html><title>Sign in</title>"))
    about, found = steps("https://files.example.com/a.mp4")[-1]
    assert (about, found.partition(":")[0]) == ("refused", "sign_in_required")
    about, found = steps("https://drive.google.com/drive/folders/x")[-1]
    assert (about, found.partition(":")[0]) == ("refused", "folder_link")
    assert len(web.requests) == 1
    [(about, found)] = steps("http://169.254.169.254/latest/meta-data")
    assert (about, found.partition(":")[0]) == ("refused", "blocked_address")
    web.serve("/hop.mp4", redirect("http://127.0.0.1/admin"))
    *_, request, refused = steps("https://files.example.com/hop.mp4")
    assert request == ("request", "GET https://files.example.com/hop.mp4: 302, no type")
    assert refused[1].startswith("blocked_address: ")


def test_what_is_no_recording_is_refused(web: Origin) -> None:
    web.serve("/a.zip", a_file(b"PK\x03\x04" + bytes(500)))
    assert steps("https://files.example.com/a.zip")[-1][1].startswith("not_media: ")
    web.serve("/empty.mp4", a_file(b""))
    assert steps("https://files.example.com/empty.mp4")[-1][1].startswith("empty_file: ")


@pytest.mark.django_db
def test_the_command_prints_the_steps_fails_on_a_refusal_and_stores_nothing(
    web: Origin, mp4: bytes, bucket: str, s3: object
) -> None:
    web.serve("/a.mp4", a_file(mp4))
    out = StringIO()
    call_command("check_source", "https://files.example.com/a.mp4", "--passcode=pw", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[-1] == f"recording:  a.mp4: video/mp4, {len(mp4)} bytes"
    with pytest.raises(CommandError):
        call_command("check_source", "https://meet.google.com/abc-defg-hij", stdout=out)
    assert "refused:    meeting_link: This Google Meet link opens the meeting room" in (
        out.getvalue()
    )
    assert "pw" not in out.getvalue()
    assert not SessionUpload.objects.exists()
    assert keys_in(s3, bucket) == []
