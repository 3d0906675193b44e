"""What gunicorn calls: no header can keep a request from its answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import RequestFactory

from filmroom.wsgi import Utf8Request, application

CHARSETS = ("hex", "rot13", "utf-7", "utf-16", "no-such-charset", "utf-8", "")


def call(path: str, kind: str) -> tuple[str, bytes]:
    """Call the application as a server does; return status line and body."""
    said: list[str] = []
    written: list[bytes] = []

    def start(status: str, *_headers: object) -> Callable[[bytes], object]:
        said.append(status)
        return written.append

    environ = RequestFactory().generic("GET", path).environ | {"CONTENT_TYPE": kind}
    body = b"".join(application(environ, start))
    return said[0], body


@pytest.mark.django_db  # a request looks after the connections it finds open
@pytest.mark.parametrize("charset", CHARSETS)
def test_any_charset_is_answered(charset: str) -> None:
    assert call("/healthz?q=%41", f"text/plain; charset={charset}") == ("200 OK", b"ok")


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_text_is_utf_8_whatever_it_is_called(kind: str, charset: str) -> None:
    form = b"q=%2B2AA-%C3%A9"
    if kind.startswith("multipart"):
        form = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n+2AA-\xc3\xa9\r\n--x--\r\n'
    made = RequestFactory().generic("POST", "/?q=%2B2AA-%C3%A9", form).environ
    request = Utf8Request(made | {"CONTENT_TYPE": f"{kind}; boundary=x; charset={charset}"})

    assert request.GET["q"] == "+2AA-é"
    assert request.POST["q"] == "+2AA-é"
