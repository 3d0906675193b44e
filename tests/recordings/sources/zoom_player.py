"""Zoom as its share pages and their questions are: cookies, a passcode, signed media on a CDN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.origins import Behaviour, Exchange, Origin, a_file, a_page, status
from tests.recordings.sources.conftest import cookies_of, fields_of, told

SHARE_ID, PLAY_ID, FILE_ID, MEETING_ID = "sh4re.x_y-z", "pl4y.a-b", "f1le_id.c", "m33ting.d"
HOSTS = ("zoom.us", "acme.zoom.us", "ssrweb.zoom.us", "zoomclips.zoom.us", "login.acme.example")
SHARE = f"https://acme.zoom.us/rec/share/{SHARE_ID}"
PLAY = f"https://acme.zoom.us/rec/play/{PLAY_ID}"
MEDIA = "https://ssrweb.zoom.us/replay/talk_1920x1080.mp4?Signature=s3cret"
API = "/nws/recording/1.0/"
VTT = b"WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\nAna: Hello\r\n"
CHAT = b"00:00:07\tAna:\tSee you\n"
SESSION, OPEN = "_zm_ssid=visit", "_zm_page_auth=open"
NEED = {
    "componentName": "need-password",
    "useWhichPasswd": "meeting",
    "action": "viewdetailpage",
    "sharelevel": "meeting",
    "redirectUrl": "/rec/component-page",
    "meetingId": MEETING_ID,
}
WRONG = {"status": False, "errorCode": 3302, "errorMessage": "Wrong passcode", "result": None}
PLAYS: dict[str, Any] = {
    "componentName": "rec-play",
    "disableDownload": False,
    "meet": {"topic": "First talk"},
    "viewMp4WithshareUrl": MEDIA,
    "viewMp4Url": "https://ssrweb.zoom.us/replay/speaker.mp4",
    "shareMp4Url": "https://ssrweb.zoom.us/replay/screen.mp4",
    "transcriptUrl": "/rec/play/vtt?type=transcript&fid=1",
    "ccUrl": "https://acme.zoom.us/rec/play/vtt?type=cc&fid=1",
    "chatUrl": "/rec/play/chat?fid=1",
}


def good(result: Any) -> dict[str, Any]:
    """Zoom's envelope around a result."""
    return {"status": True, "errorCode": 0, "errorMessage": None, "result": result}


def page(**values: str) -> bytes:
    """A page of the player: what its script reads, as Zoom writes it."""
    data = ",\n".join(f"  {name}: '{value}'" for name, value in values.items())
    return f"<!doctype html><title>Zoom</title><script>window.__data__ = {{\n{data}\n}}".encode()


class Zoom:
    """A recording at ``SHARE`` and ``PLAY``, behind ``passcode`` if there is one."""

    def __init__(self, origin: Origin, media: bytes, *, passcode: str = "") -> None:
        self.origin, self.media, self.passcode = origin, media, passcode
        self.plays: Mapping[str, Any] = PLAYS
        origin.serve(f"/rec/share/{SHARE_ID}", _visit(page(meetingId=MEETING_ID)))
        origin.serve(f"/rec/play/{PLAY_ID}", _visit(page(meeting_id=MEETING_ID, fileId=FILE_ID)))
        origin.serve(f"{API}play/share-info/{MEETING_ID}", self._gated(self._share_info))
        origin.serve(f"{API}play/info/{FILE_ID}", self._gated(self._play_info))
        origin.serve(f"{API}validate-context", told(good({"encryptMeetId": "enc.rypted"})))
        origin.serve(f"{API}validate-meeting-passwd", self._validate)
        origin.serve("/replay/talk_1920x1080.mp4", self._serve(a_file(media)))
        origin.serve("/rec/play/vtt", self._serve(a_file(VTT, content_type="text/vtt")))
        origin.serve("/rec/play/chat", self._serve(a_file(CHAT, content_type="text/plain")))

    def asked(self) -> list[str]:
        """Method, host and path of what was asked for so far."""
        return [
            f"{request.method} {request.headers['host']}{request.path.partition('?')[0]}"
            for request in self.origin.requests
        ]

    def _share_info(self, exchange: Exchange) -> None:
        redirect = f"/rec/play/{PLAY_ID}?canPlayFromShare=true"
        told(good({"componentName": "rec-play", "redirectUrl": redirect}))(exchange)

    def _play_info(self, exchange: Exchange) -> None:
        told(good(self.plays))(exchange)

    def _gated(self, behave: Behaviour) -> Behaviour:
        def answer(exchange: Exchange) -> None:
            if SESSION not in cookies_of(exchange):
                status(403)(exchange)
            elif self.passcode and OPEN not in cookies_of(exchange):
                told(good(NEED))(exchange)
            else:
                behave(exchange)

        return answer

    def _validate(self, exchange: Exchange) -> None:
        if fields_of(exchange) != {
            "id": "enc.rypted",
            "passwd": self.passcode,
            "action": "viewdetailpage",
            "recaptcha": "",
        }:
            told(WRONG)(exchange)
        else:
            told(good("viewdetailpage"), cookies=(f"{OPEN}; domain=.zoom.us; path=/; secure",))(
                exchange
            )

    def _serve(self, behave: Behaviour) -> Behaviour:
        """The CDN: only with the visit's cookie and a Referer of the player."""

        def answer(exchange: Exchange) -> None:
            wanted = {SESSION, OPEN} if self.passcode else {SESSION}
            from_player = exchange.request.headers.get("referer") == "https://acme.zoom.us/"
            if from_player and wanted <= cookies_of(exchange):
                behave(exchange)
            else:
                status(403, body=b"Forbidden")(exchange)

        return answer


def _visit(html: bytes) -> Behaviour:
    return a_page(html, headers={"Set-Cookie": f"{SESSION}; domain=.zoom.us; path=/; secure"})
