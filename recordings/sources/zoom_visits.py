"""One visit to a Zoom recording, asking what its pages ask.

A share page names the meeting. ``share-info`` says whether a passcode is wanted, and else where the
recording plays; that page names the file, and ``play/info`` the file's addresses. All of it goes
with the pages' cookies and a Referer. Zoom answers trouble with status 200: ``status`` is false
with an ``errorCode``, or ``componentName`` says which page the browser should show instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from recordings.sources.errors import (
    Blocked,
    DownloadDisabled,
    ExpiredOrDeleted,
    NeedsPasscode,
    NotMedia,
    SignInRequired,
    SourceError,
    StillProcessing,
    WrongPasscode,
)
from recordings.sources.file_source import ENGLISH
from recordings.sources.links import is_within, read_link, site_name, with_parameter
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download, Media, SidecarKind, SidecarLink, Web, WebAnswer

_API = "/nws/recording/1.0/"
_PAGE_BYTES = 256 * 1024
PLAY_OR_SHARE = re.compile(r"/rec(?:ording)?/(?P<type>play|share)/(?P<id>[\w.-]+)/?", re.ASCII)
# In window.__data__, which is script rather than JSON: names bare or quoted, either quote.
_VALUE = r"""\b%s["']?\s*:\s*["']([\w.+/=%%-]+)["']"""
_TOKEN = re.compile(r"([A-Za-z0-9_-]{1,60}):([\w.+/=:-]{1,500})", re.ASCII)
_PLAYING = {"", "rec-play", "recording-play"}
_GONE, _WRONG = 3301, 3302
_MESSAGES: tuple[tuple[str, type[SourceError]], ...] = (
    (r"captcha|too (many|frequent)|unusual", Blocked),
    (r"pass(code|word)", WrongPasscode),
    (r"process|not ready|in progress|being (generated|converted)", StillProcessing),
    (r"expire|delete|trash|not exist|not found|no longer|removed", ExpiredOrDeleted),
    (r"download", DownloadDisabled),
    (r"sign|log ?in|permission|authori|authent|regist|account", SignInRequired),
)
# Best first: the shared screen with the speaker, then the speaker, then the screen alone.
_VIDEOS = ("viewMp4WithshareUrl", "viewMp4Url", "shareMp4Url", "mp4Url")
_BESIDE = (
    ("transcriptUrl", SidecarKind.TRANSCRIPT, "transcript.vtt"),
    ("ccUrl", SidecarKind.CAPTIONS, "captions.vtt"),
    ("chatUrl", SidecarKind.CHAT, "chat.txt"),
)


class Visit:
    """The questions of one import to ``host``, within one session. Raises SourceError only, and
    what its `Web` raises."""

    def __init__(self, web: Web, host: str, passcode: str) -> None:
        self._web = web
        self._passcode = passcode
        self._entered = False
        self._token: dict[str, str] = {}
        self._site = site_name("zoom")
        self._base = f"https://{host}"

    def share(self, url: str, link_id: str) -> Media:
        """What a share page leads to."""
        page = self._page(url)
        meeting_id = _value(page, "meetingId") or _value(page, "meeting_id") or link_id
        query = urlencode({"originDomain": self._base, "accessLevel": "meeting"})
        address = f"{self._base}{_API}play/share-info/{quote(meeting_id, safe='')}?{query}"
        result = self.result(address)
        if _component(result) == "need-password":
            self._enter(result, meeting_id, "")
            result = self.result(address)
        if (refusal := self.refusal_of(result)) is not None:
            raise refusal
        url = self._address(result, "redirectUrl")
        playing = PLAY_OR_SHARE.fullmatch(read_link(url).path)
        if playing is None or not self._is_own(url):
            raise NotMedia(self._site)
        return self.play(url, text_of(result, "fileId") or playing["id"])

    def play(self, url: str, link_id: str) -> Media:
        """What the page on which a recording plays leads to."""
        page = self._page(with_parameter(url, "continueMode", "true"))
        file_id = _value(page, "fileId") or link_id
        query = urlencode({"continueMode": "true", "componentName": "rec-play"})
        address = f"{self._base}{_API}play/info/{quote(file_id, safe='')}?{query}"
        result = self.result(address)
        if _component(result) == "need-password":
            self._enter(result, _value(page, "meetingId") or file_id, file_id)
            result = self.result(address)
        if (refusal := self.refusal_of(result)) is not None:
            raise refusal
        return self._media(result)

    def result(self, url: str) -> Mapping[str, Any]:
        """The ``result`` of a question whose answer is JSON."""
        return self._judged(self._get(url, self._headers))

    def refusal_of(self, result: Mapping[str, Any]) -> SourceError | None:
        """Why ``result`` shows no recording, or None when it does not say so."""
        name, message = _component(result), text_of(result, "message")
        if name in _PLAYING:
            return None
        if name == "need-password":
            return self._passcode_error()
        if error := self._by_message(message):
            return error
        if name == "play-forbidden":
            return ExpiredOrDeleted(self._site)
        if "captcha" in name:
            return Blocked(self._site)
        if re.search(r"vanity|login|sign|auth|regist|permission", name):
            return SignInRequired(self._site)
        return StillProcessing(self._site) if re.search(r"process|progress", name) else None

    @property
    def _headers(self) -> dict[str, str]:
        return {**ENGLISH, "Referer": f"{self._base}/"}

    def _media(self, result: Mapping[str, Any]) -> Media:
        if result.get("disableDownload") not in (None, False, 0, ""):
            raise DownloadDisabled(self._site)
        headers = {"Referer": f"{self._base}/"}
        return Media(
            file=self.file(result, _VIDEOS, text_of(result.get("meet"), "topic")),
            sidecars=tuple(
                SidecarLink(kind, url, name, filename, headers)
                for name, kind, filename in _BESIDE
                if (url := self._address(result, name))
            ),
        )

    def file(self, values: Any, names: Iterable[str], topic: str) -> Download:
        """The file at the first of ``names`` that ``values`` has an address under."""
        url = next((url for name in names if (url := self._address(values, name))), "")
        if not url:
            raise NotMedia(self._site)
        return Download(url, {"Referer": f"{self._base}/"}, f"{topic}.mp4" if topic else "")

    def _address(self, values: Any, name: str) -> str:
        """The address under ``name``, or '' when there is none that a browser would fetch."""
        written = text_of(values, name)
        try:
            url = urljoin(f"{self._base}/", written) if written else ""
        except ValueError:
            return ""
        return url if url.startswith(("https://", "http://")) else ""

    def _page(self, url: str) -> str:
        """A page's text, past its passcode form if it is one of the older kind."""
        text = self._visited(self._get(url, ENGLISH))
        if (form := _passcode_form(text)) is None:
            return text
        which = "meeting" if form.get("useWhichPasswd") == "meeting" else "file"
        identity = form.get("meetId" if which == "meeting" else "fileId", "")
        door = "validate_meet_passwd" if which == "meeting" else "validate_passwd"
        self._try(f"{self._base}/rec/{door}", identity, form.get("action", ""))
        text = self._visited(self._get(url, ENGLISH))
        if _passcode_form(text) is not None:
            raise WrongPasscode(self._site)
        return text

    def _visited(self, answer: WebAnswer) -> str:
        """A page's text when it is one of Zoom's; a company's own address is kept from here on."""
        if not self._is_own(answer.url):
            # A company that has its people sign in elsewhere.
            raise SignInRequired(self._site)
        link = read_link(answer.url)
        if link.path.startswith(("/signin", "/login", "/saml", "/oauth")):
            raise SignInRequired(self._site)
        if not answer.ok:
            raise self._by_status(answer)
        self._base = f"https://{link.host}"
        return answer.text

    def _enter(self, gate: Mapping[str, Any], meeting_id: str, file_id: str) -> None:
        """Give the passcode that ``gate`` asks for, as its page does: first who asks, then it."""
        if not self._passcode:
            raise NeedsPasscode(self._site)
        which = text_of(gate, "useWhichPasswd") or "meeting"
        meeting_id = text_of(gate, "meetingId") or meeting_id
        context = self._post(
            f"{self._base}{_API}validate-context",
            {
                "meetingId": meeting_id,
                "fileId": text_of(gate, "fileId") or file_id,
                "useWhichPasswd": which,
                "sharelevel": text_of(gate, "sharelevel") or "meeting",
                "iet": "",
            },
        ).json()
        known = context.get("result") if isinstance(context, dict) else None
        if which == "meeting":
            door, identity = "validate-meeting-passwd", text_of(known, "encryptMeetId")
        else:
            door, identity = "validate-passwd", text_of(known, "fileId") or file_id
        self._try(f"{self._base}{_API}{door}", identity or meeting_id, text_of(gate, "action"))

    def _try(self, url: str, identity: str, action: str) -> None:
        if not self._passcode:
            raise NeedsPasscode(self._site)
        if self._entered:
            raise WrongPasscode(self._site)
        self._entered = True
        answer = self._post(
            url,
            {
                "id": identity,
                "passwd": self._passcode,
                "action": action or "viewdetailpage",
                "recaptcha": "",
            },
        )
        told = answer.json()
        if not isinstance(told, dict):
            raise NotMedia(self._site) if answer.ok else self._by_status(answer)
        outcome = str(told.get("result"))
        # Zoom asks for a CAPTCHA after a wrong passcode, and of some machines in any case.
        if outcome == "needRecaptcha":
            raise WrongPasscode(self._site)
        if "captcha" in outcome.lower():
            raise Blocked(self._site)
        if told.get("status") is not True:
            raise self._by_error(told) or WrongPasscode(self._site)

    def _get(self, url: str, headers: Mapping[str, str]) -> WebAnswer:
        answer = self._web.get(url, headers=headers)
        if answer.status != 429 or answer.headers.get("Retry-After"):
            answer.check_available()
        return answer

    def _post(self, url: str, fields: Mapping[str, str]) -> WebAnswer:
        answer = self._web.post(url, fields=fields, headers={**self._headers, **self._token})
        if answer.status == 403 and (token := self._new_token()):
            self._token = token
            answer = self._web.post(url, fields=fields, headers={**self._headers, **self._token})
        if answer.status != 429:
            answer.check_available()
        if answer.status in (401, 403, 404, 410, 429):
            raise self._by_status(answer)
        return answer

    def _new_token(self) -> dict[str, str]:
        """The header by which some of Zoom's hosts tell their own pages' posts from others'."""
        headers = {**self._headers, "FETCH-CSRF-TOKEN": "1"}
        answer = self._web.post(f"{self._base}/csrf_js", fields={}, headers=headers)
        match = _TOKEN.fullmatch(answer.text.strip()) if answer.ok else None
        return {match[1]: match[2]} if match else {}

    def _judged(self, answer: WebAnswer) -> Mapping[str, Any]:
        if not self._is_own(answer.url):
            raise SignInRequired(self._site)
        told = answer.json()
        if not isinstance(told, dict):
            raise NotMedia(self._site) if answer.ok else self._by_status(answer)
        result = told.get("result")
        if told.get("status") is False or not isinstance(result, dict):
            raise self._by_error(told) or (
                NotMedia(self._site) if answer.ok else self._by_status(answer)
            )
        return result

    def _by_error(self, told: Mapping[str, Any]) -> SourceError | None:
        if told.get("errorCode") == _GONE:
            return ExpiredOrDeleted(self._site)
        if told.get("errorCode") == _WRONG:
            return self._passcode_error()
        return self._by_message(text_of(told, "errorMessage"))

    def _by_message(self, message: str) -> SourceError | None:
        for words, error in _MESSAGES:
            if re.search(words, message, re.IGNORECASE):
                return self._passcode_error() if error is WrongPasscode else error(self._site)
        return None

    def _passcode_error(self) -> SourceError:
        return (WrongPasscode if self._entered else NeedsPasscode)(self._site)

    def _by_status(self, answer: WebAnswer) -> SourceError:
        if answer.status == 403:
            return Blocked(self._site)
        return reason(answer.status, Page(answer.body[:_PAGE_BYTES]), self._site, passcodes=True)

    def _is_own(self, url: str) -> bool:
        return is_within(read_link(url).host, "zoom.us") and url.startswith("https://")


def text_of(values: Any, name: str) -> str:
    """The text under ``name`` where ``values`` is a JSON object that has one, else ''."""
    value = values.get(name) if isinstance(values, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def _component(result: Mapping[str, Any]) -> str:
    return text_of(result, "componentName")


def _value(page: str, name: str) -> str:
    """A value of ``window.__data__``, or ''."""
    _, found, data = page.partition("window.__data__")
    match = re.search(_VALUE % name, data) if found else None
    return match[1] if match else ""


def _passcode_form(text: str) -> dict[str, str] | None:
    if "password_form" not in text:
        return None
    form = Page(text.encode()[:_PAGE_BYTES]).forms.get("password_form")
    return form[1] if form else None
