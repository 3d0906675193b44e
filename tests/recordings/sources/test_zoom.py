"""Trips to Zoom: share and play pages, passcodes, refusals, pages that have changed."""

from __future__ import annotations

import contextlib
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filmroom.json import dump
from recordings.fetching import FetchError
from recordings.sources import SidecarKind, SourceError, Web, recognise
from tests.origins import a_file, a_page, redirect, status
from tests.recordings.sources.conftest import Play, Scripted, fetch, locate, refused, told
from tests.recordings.sources.zoom_player import (
    API,
    FILE_ID,
    HOSTS,
    MEDIA,
    MEETING_ID,
    NEED,
    PLAY,
    PLAY_ID,
    PLAYS,
    SHARE,
    SHARE_ID,
    WRONG,
    Zoom,
    good,
    page,
)

DATA = bytes(range(256)) * 300
PASSCODE = "s3s&me +ä"
INFO = f"{API}play/info/{FILE_ID}"
SHARE_INFO = f"{API}play/share-info/{MEETING_ID}"
VALIDATE = f"{API}validate-meeting-passwd"
IN = "acme.zoom.us"


@pytest.fixture
def zoom(play: Play) -> Zoom:
    return Zoom(play(*HOSTS), DATA)


@pytest.fixture
def locked(play: Play) -> Zoom:
    return Zoom(play(*HOSTS), DATA, passcode=PASSCODE)


@pytest.mark.parametrize("path", ["share", "recording/share"])
def test_a_public_share_link(zoom: Zoom, path: str) -> None:
    url = SHARE if path == "share" else SHARE.replace("/rec/", "/recording/")
    zoom.origin.serve(
        f"/recording/share/{SHARE_ID}", *[zoom.origin.behaviour(f"/rec/share/{SHARE_ID}")]
    )

    assert fetch(url) == DATA

    assert zoom.asked()[1:] == [
        f"GET {IN}{SHARE_INFO}",
        f"GET {IN}/rec/play/{PLAY_ID}",
        f"GET {IN}{INFO}",
        "GET ssrweb.zoom.us/replay/talk_1920x1080.mp4",
    ]


def test_a_play_link_needs_fewer_questions(zoom: Zoom) -> None:
    assert fetch(PLAY) == DATA
    assert zoom.asked() == [
        f"GET {IN}/rec/play/{PLAY_ID}",
        f"GET {IN}{INFO}",
        "GET ssrweb.zoom.us/replay/talk_1920x1080.mp4",
    ]


def test_the_page_between_leads_back_to_what_it_stands_before(zoom: Zoom) -> None:
    url = "https://acme.zoom.us/rec/component-page?action=viewdetailpage&originRequestUrl="
    assert fetch(url + SHARE.replace("/", "%2F").replace(":", "%3A")) == DATA


def test_the_best_file_and_what_lies_beside_it(zoom: Zoom) -> None:
    media = locate(SHARE)

    assert media.file is not None
    assert (media.file.url, media.file.filename_hint) == (MEDIA, "First talk.mp4")
    assert media.file.headers == {"Referer": "https://acme.zoom.us/"}
    assert [(each.kind, each.url, each.filename) for each in media.sidecars] == [
        (
            SidecarKind.TRANSCRIPT,
            "https://acme.zoom.us/rec/play/vtt?type=transcript&fid=1",
            "transcript.vtt",
        ),
        (SidecarKind.CAPTIONS, "https://acme.zoom.us/rec/play/vtt?type=cc&fid=1", "captions.vtt"),
        (SidecarKind.CHAT, "https://acme.zoom.us/rec/play/chat?fid=1", "chat.txt"),
    ]


@pytest.mark.parametrize(
    ("without", "taken"),
    [
        ((), "talk_1920x1080"),
        (("viewMp4WithshareUrl",), "speaker"),
        (("viewMp4WithshareUrl", "viewMp4Url"), "screen"),
    ],
)
def test_the_shared_screen_with_the_speaker_comes_first(
    zoom: Zoom, without: tuple[str, ...], taken: str
) -> None:
    zoom.plays = {name: value for name, value in PLAYS.items() if name not in without}
    media = locate(PLAY)
    assert media.file is not None
    assert f"/{taken}.mp4" in media.file.url


def test_the_right_passcode_opens_a_share_link(locked: Zoom) -> None:
    assert fetch(SHARE, PASSCODE) == DATA
    assert locked.asked() == [
        f"GET {IN}/rec/share/{SHARE_ID}",
        f"GET {IN}{SHARE_INFO}",
        f"POST {IN}{API}validate-context",
        f"POST {IN}{VALIDATE}",
        f"GET {IN}{SHARE_INFO}",
        f"GET {IN}/rec/play/{PLAY_ID}",
        f"GET {IN}{INFO}",
        "GET ssrweb.zoom.us/replay/talk_1920x1080.mp4",
    ]


def test_the_right_passcode_opens_a_play_link(locked: Zoom) -> None:
    assert fetch(PLAY, PASSCODE) == DATA


def test_a_passcode_in_the_link_counts_as_given(locked: Zoom) -> None:
    assert fetch(f"{SHARE}?pwd=s3s%26me%20%2B%C3%A4") == DATA


@pytest.mark.parametrize("url", [SHARE, PLAY])
def test_without_its_passcode_nothing_is_tried(locked: Zoom, url: str) -> None:
    error = refused(url)
    assert (error.code, "Zoom asks for a passcode" in error.detail) == ("needs_passcode", True)
    assert not [each for each in locked.asked() if each.startswith("POST")]


@pytest.mark.parametrize("url", [SHARE, PLAY, f"{SHARE}?pwd=wrong"])
def test_a_wrong_passcode_is_tried_once(locked: Zoom, url: str) -> None:
    error = refused(url, "" if "pwd" in url else "wrong")
    assert (error.code, "Zoom does not take this passcode" in error.detail) == (
        "wrong_passcode",
        True,
    )
    assert [each for each in locked.asked() if each.endswith("passwd")] == [f"POST {IN}{VALIDATE}"]
    assert "ssrweb" not in str(locked.asked())


def test_a_passcode_that_is_taken_and_still_wanted_is_wrong(locked: Zoom) -> None:
    locked.origin.serve(VALIDATE, told(good("viewdetailpage")))
    assert refused(SHARE, PASSCODE).code == "wrong_passcode"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (told(WRONG), "wrong_passcode"),
        (told(good("needRecaptcha")), "wrong_passcode"),
        (told(good("captcha_error")), "blocked"),
        (told({"status": False, "errorMessage": "Enter the CAPTCHA"}), "blocked"),
        (told({"status": False, "errorCode": 3301}), "expired_or_deleted"),
        (told({"status": "true"}), "wrong_passcode"),
        (told([1]), "not_media"),
        (a_page(b"<html>changed"), "not_media"),
        (status(429), "blocked"),
        (status(403), "blocked"),
        (status(401), "sign_in_required"),
    ],
)
def test_what_zoom_says_to_a_passcode(locked: Zoom, answer: Any, code: str) -> None:
    locked.origin.serve(VALIDATE, answer)
    assert refused(SHARE, PASSCODE).code == code


def test_a_host_that_wants_its_pages_token_gets_it(locked: Zoom) -> None:
    real = locked.origin.behaviour(VALIDATE)

    def guarded(exchange: Any) -> None:
        wanted = exchange.request.headers.get("zoom-csrftoken") == "A-1:b"
        (real if wanted else status(403))(exchange)

    locked.origin.serve(VALIDATE, guarded)
    locked.origin.serve("/csrf_js", a_file(b"ZOOM-CSRFTOKEN:A-1:b", content_type="text/plain"))

    assert fetch(SHARE, PASSCODE) == DATA


@pytest.mark.parametrize("token", [b"X-A: b\r\nEvil: 1", b"Cookie", b"<html>", b"", b"a" * 9000])
def test_a_token_that_is_none_is_not_sent(locked: Zoom, token: bytes) -> None:
    locked.origin.serve(VALIDATE, status(403))
    locked.origin.serve("/csrf_js", a_file(token))
    assert refused(SHARE, PASSCODE).code == "blocked"
    assert not any("evil" in request.headers for request in locked.origin.requests)


def form(**fields: str) -> bytes:
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    return f'<html><form id="password_form">{inputs}<input type=password></form>'.encode()


@pytest.mark.parametrize(
    ("fields", "door", "identity"),
    [
        (
            {"useWhichPasswd": "meeting", "meetId": "m1", "fileId": "f1"},
            "validate_meet_passwd",
            "m1",
        ),
        ({"useWhichPasswd": "clip", "meetId": "m1", "fileId": "f1"}, "validate_passwd", "f1"),
    ],
)
def test_the_older_form_is_filled_in(
    zoom: Zoom, fields: dict[str, str], door: str, identity: str
) -> None:
    path = f"/rec/play/{PLAY_ID}"
    zoom.origin.serve(path, a_page(form(**fields)), zoom.origin.behaviour(path))
    zoom.origin.serve(f"/rec/{door}", told({"status": True}))

    assert fetch(PLAY, PASSCODE) == DATA

    [posted] = [request for request in zoom.origin.requests if request.method == "POST"]
    assert posted.body.startswith(f"id={identity}&passwd=s3s%26me+%2B%C3%A4&action=".encode())


def test_the_older_form_without_and_with_a_wrong_passcode(zoom: Zoom) -> None:
    zoom.origin.serve(f"/rec/play/{PLAY_ID}", a_page(form(useWhichPasswd="meeting", meetId="m1")))
    zoom.origin.serve("/rec/validate_meet_passwd", told({"status": True}))
    assert refused(PLAY).code == "needs_passcode"
    assert refused(PLAY, "wrong").code == "wrong_passcode"
    zoom.origin.serve("/rec/validate_meet_passwd", told(WRONG))
    assert refused(PLAY, "wrong").code == "wrong_passcode"


FORBIDDEN = {"componentName": "play-forbidden", "redirectUrl": "/rec/component-page"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"status": False, "errorCode": 3301, "errorMessage": "x"}, "expired_or_deleted"),
        ({"status": False, "errorMessage": "This recording does not exist."}, "expired_or_deleted"),
        ({"status": False, "errorMessage": "This recording has expired"}, "expired_or_deleted"),
        (
            {"status": False, "errorMessage": "You cannot view this recording. No permission."},
            "sign_in_required",
        ),
        ({"status": False, "errorMessage": "Recording is still processing"}, "still_processing"),
        ({"status": False, "errorMessage": "Passcode required"}, "needs_passcode"),
        ({"status": False, "errorMessage": "You are making too many requests"}, "blocked"),
        ({"status": False, "errorMessage": "Owner has disabled download"}, "download_disabled"),
        ({"status": False, "errorMessage": 7, "errorCode": {}}, "not_media"),
        (good({**FORBIDDEN, "message": "This recording has expired."}), "expired_or_deleted"),
        (good(FORBIDDEN), "expired_or_deleted"),
        (good({"componentName": "vanity-url-check", "vanityURL": "x"}), "sign_in_required"),
        (good({"componentName": "rec-register"}), "sign_in_required"),
        (good({"componentName": "need-login", "redirectUrl": "/signin"}), "sign_in_required"),
        (good({"componentName": "recording-processing"}), "still_processing"),
        (good({"componentName": "captcha-page"}), "blocked"),
        (good({"componentName": "something-new"}), "not_media"),
        (good({}), "not_media"),
        (good(None), "not_media"),
        ({}, "not_media"),
        ([], "not_media"),
        ("", "not_media"),
    ],
)
@pytest.mark.parametrize("path", [SHARE_INFO, INFO])
def test_what_zoom_says_of_a_recording(zoom: Zoom, path: str, answer: Any, code: str) -> None:
    zoom.origin.serve(path, told(answer))
    error = refused(SHARE)
    assert (error.code, "Zoom" in error.detail) == (code, True)
    assert "ssrweb" not in str(zoom.asked())


@pytest.mark.parametrize("value", [True, "true", 1])
def test_an_owner_who_allows_viewing_only_is_respected(zoom: Zoom, value: object) -> None:
    zoom.plays = {**PLAYS, "disableDownload": value}
    assert refused(SHARE).code == "download_disabled"
    assert "ssrweb" not in str(zoom.asked())


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (a_page(b"<html>gone", status=404), "expired_or_deleted"),
        (a_page(b"<html>gone", status=410), "expired_or_deleted"),
        (a_page(b"<html>no", status=403), "blocked"),
        (a_page(b"<html>slow down", status=429), "blocked"),
        (a_page(b"<html>who", status=401), "sign_in_required"),
        (redirect("https://login.acme.example/saml"), "sign_in_required"),
        (redirect("https://acme.zoom.us/signin?x=1"), "sign_in_required"),
        (a_page(b"<html>"), "not_media"),
    ],
)
def test_walls_where_the_page_should_be(zoom: Zoom, answer: Any, code: str) -> None:
    zoom.origin.serve("/saml", a_page(b"<html>Acme"))
    zoom.origin.serve("/signin", a_page(b"<html>Sign in"))
    zoom.origin.serve(f"{API}play/info/{PLAY_ID}", a_page(b"<html>"))
    zoom.origin.serve(f"/rec/play/{PLAY_ID}", answer)
    assert refused(PLAY).code == code


@pytest.mark.parametrize("code", [500, 503])
@pytest.mark.parametrize("path", [f"/rec/share/{SHARE_ID}", SHARE_INFO, VALIDATE])
def test_trouble_at_zoom_is_tried_again(locked: Zoom, path: str, code: int) -> None:
    locked.origin.serve(path, status(code))
    with pytest.raises(FetchError) as caught:
        fetch(SHARE, PASSCODE)
    assert (caught.value.code, caught.value.retryable) == ("source_unavailable", True)


def test_a_pause_that_zoom_asks_for_is_kept(zoom: Zoom) -> None:
    zoom.origin.serve(SHARE_INFO, status(429, headers={"Retry-After": "7"}))
    with pytest.raises(FetchError) as caught:
        fetch(SHARE)
    assert (caught.value.retryable, caught.value.retry_after) == (True, 7)


def test_media_that_turns_us_away_is_named(zoom: Zoom) -> None:
    zoom.origin.serve("/replay/talk_1920x1080.mp4", status(403, body=b"Forbidden"))
    assert refused(SHARE).code == "blocked"


def test_a_page_instead_of_media_is_named(zoom: Zoom) -> None:
    zoom.origin.serve("/replay/talk_1920x1080.mp4", a_page(b"<html><h1>This link has expired</h1>"))
    assert refused(SHARE).code == "expired_or_deleted"


def test_a_download_link_that_wants_a_sign_in_is_named(zoom: Zoom) -> None:
    zoom.origin.serve("/rec/download/abc", redirect("https://acme.zoom.us/signin?a=b"))
    zoom.origin.serve("/signin", a_page(b"<html><title>Zoom</title>"))
    assert refused("https://acme.zoom.us/rec/download/abc").code == "sign_in_required"


def test_a_page_without_a_meeting_is_asked_for_by_the_links_own_id(zoom: Zoom) -> None:
    share = f"/rec/share/{SHARE_ID}"
    headers = {"Set-Cookie": "_zm_ssid=visit; domain=.zoom.us; path=/; secure"}
    zoom.origin.serve(share, a_page(page(locale="en"), headers=headers))
    zoom.origin.serve(f"{API}play/share-info/{SHARE_ID}", zoom.origin.behaviour(SHARE_INFO))
    assert fetch(SHARE) == DATA


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/rec/play/x", "//127.0.0.1/rec/play/x", "http://acme.zoom.us/rec/play/x",
        "https://zoom.us.evil.example/rec/play/x", "https://zoom.us@evil.example/rec/play/x",
        "file:///rec/play/x", "http://[", "/rec/component-page?x=1", "/signin", "", 7,
    ],
)  # fmt: skip
def test_a_redirect_elsewhere_is_not_followed(zoom: Zoom, target: object) -> None:
    zoom.origin.serve(SHARE_INFO, told(good({"redirectUrl": target})))
    assert refused(SHARE).code == "not_media"
    assert zoom.asked()[-1] == f"GET {IN}{SHARE_INFO}"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "blocked_address"),
        ("https://127.0.0.1/a.mp4", "blocked_address"),
        ("http://[::1]/a.mp4", "blocked_address"),
        ("http://2130706433/a.mp4", "blocked_address"),
        ("http://metadata.google.internal/a.mp4", "blocked_address"),
        ("//10.0.0.1/a.mp4", "blocked_address"),
        ("https://nowhere.example/a.mp4", "unreachable"),
        ("https://me:secret@ssrweb.zoom.us/a.mp4", "invalid_url"),
        ("https://ssrweb.zoom.us\\@127.0.0.1/a.mp4", "invalid_url"),
    ],
)
def test_a_hostile_address_for_the_media_is_refused_by_the_guard(
    zoom: Zoom, url: str, code: str
) -> None:
    zoom.plays = {"viewMp4Url": url}
    with pytest.raises(FetchError) as caught:
        fetch(PLAY)
    assert caught.value.code == code
    assert zoom.asked() == [f"GET {IN}/rec/play/{PLAY_ID}", f"GET {IN}{INFO}"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a/b", "javascript:1", "http://[", 7, []]
)
def test_an_address_that_is_none_is_not_used(zoom: Zoom, url: object) -> None:
    zoom.plays = {"viewMp4Url": url, "transcriptUrl": url, "meet": url}
    assert refused(PLAY).code == "not_media"


def test_media_that_redirects_inwards_is_refused(zoom: Zoom) -> None:
    zoom.origin.serve("/replay/talk_1920x1080.mp4", redirect("http://169.254.169.254/latest"))
    with pytest.raises(FetchError) as caught:
        fetch(SHARE)
    assert caught.value.code == "blocked_address"


def test_zooms_cookies_and_referer_go_to_zoom_alone(play: Play) -> None:
    zoom = Zoom(play(*HOSTS, "cdn.example.com"), DATA)
    zoom.origin.serve("/replay/talk_1920x1080.mp4", redirect("https://cdn.example.com/talk.mp4"))
    zoom.origin.serve("/talk.mp4", a_file(DATA))

    assert fetch(SHARE) == DATA

    last = zoom.origin.requests[-1]
    assert last.headers["host"] == "cdn.example.com"
    assert not {"cookie", "referer", "authorization"} & set(last.headers)


def test_a_page_without_end_is_given_up(zoom: Zoom) -> None:
    zoom.origin.serve(f"/rec/share/{SHARE_ID}", a_page(b"<html>" + bytes(6 * 1024 * 1024)))
    with pytest.raises(FetchError) as caught:
        fetch(SHARE)
    assert caught.value.code == "too_large"


def test_a_company_with_an_address_of_its_own_is_asked_there(play: Play) -> None:
    zoom = Zoom(play(*HOSTS), DATA)
    real = zoom.origin.behaviour(f"/rec/share/{SHARE_ID}")
    zoom.origin.serve(f"/rec/share/{SHARE_ID}", redirect(SHARE), real)
    assert fetch(SHARE.replace("acme.", "")) == DATA
    assert zoom.asked()[2] == f"GET {IN}{SHARE_INFO}"


def test_a_link_on_plain_http_is_asked_for_over_tls(zoom: Zoom) -> None:
    assert fetch(SHARE.replace("https", "http")) == DATA


def test_a_clip_is_the_stream_it_plays(play: Play) -> None:
    origin = play(*HOSTS)
    stream = "https://ssrweb.zoom.us/clips/master.m3u8?Policy=p"
    info = {"mediaInfo": {"playUrl": stream, "mediaTopic": "My clip"}}
    origin.serve("/nws/marvel/2.0/clips/share/cl1p_x", told(good(info)))

    media = locate("https://zoom.us/clips/share/cl1p_x")

    assert media.file is not None
    assert (media.file.url, media.file.filename_hint) == (stream, "My clip.mp4")
    assert origin.requests[0].headers["host"] == "zoomclips.zoom.us"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (told({"status": False, "errorMessage": "The clip was deleted"}), "expired_or_deleted"),
        (told({"status": False, "errorMessage": "Sign in to view"}), "sign_in_required"),
        (told(good({"mediaInfo": []})), "not_media"),
        (a_page(b"<html>", status=404), "expired_or_deleted"),
        (a_page(b"<html>"), "not_media"),
    ],
)
def test_what_zoom_says_of_a_clip(play: Play, answer: Any, code: str) -> None:
    play(*HOSTS).serve("/nws/marvel/2.0/clips/share/cl1p_x", answer)
    assert refused("https://zoom.us/clips/share/cl1p_x").code == code


NAMES = [*PLAYS, *NEED, "result", "status", "errorCode", "errorMessage", "message"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(
    answers=st.lists(JSON, max_size=6), wrapped=st.booleans(), url=st.sampled_from([SHARE, PLAY])
)
def test_no_answer_of_zoom_is_too_odd(answers: list[Any], wrapped: bool, url: str) -> None:
    bodies = [page(meetingId="m", fileId="f")]
    bodies += [dump({"status": True, "result": each} if wrapped else each) for each in answers]
    with contextlib.suppress(SourceError):
        media = recognise(url).locate(url, "passcode", cast(Web, Scripted(bodies)))
        assert media.file is not None
