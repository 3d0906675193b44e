"""The name a file gets: RFC 6266 as servers really write it."""

from __future__ import annotations

import pytest

from recordings.fetching import FetchSession, open_url
from tests.origins import Origin, a_file


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="Call with Ana.mp4"', "Call with Ana.mp4"),
        ("attachment; filename=call.mp4", "call.mp4"),
        ("attachment; filename=\"x.mp4\"; filename*=UTF-8''Gespr%C3%A4ch.mp4", "Gespräch.mp4"),
        ("attachment; filename*=UTF-8''Gespr%C3%A4ch.mp4; filename=\"x.mp4\"", "Gespräch.mp4"),
        ("attachment; filename*=iso-8859-1'en'%A3.mp4", "£.mp4"),
        ("attachment; filename*=bogus-charset''a%FFb.mp4", "aÿb.mp4"),
        ('attachment; filename="Gespräch.mp4"', "Gespräch.mp4"),
        ('inline; filename="録画.mp4"', "録画.mp4"),
        ('attachment; filename="a\\"b.mp4"', 'a"b.mp4'),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''..%2F..%5Ca%00%0Ab.mp4", "ab.mp4"),
        ('attachment; filename="C:\\\\temp\\\\call.mp4"', "call.mp4"),
        ("attachment", "last segment.mp4"),
        ('attachment; filename=""', "last segment.mp4"),
        (";;;=", "last segment.mp4"),
        ("", "last segment.mp4"),
    ],
)
def test_content_disposition(
    disposition: str, name: str, origin: Origin, session: FetchSession
) -> None:
    headers = {"Content-Disposition": disposition}
    url = origin.serve("/a/last%20segment.mp4", a_file(b"x", headers=headers))
    with open_url(url, session=session) as fetched:
        assert fetched.filename == name


@pytest.mark.parametrize(
    ("path", "name"),
    [("/", ""), ("/a/", ""), ("/a%2Fb%5Cc.mp4", "c.mp4"), ("/%FF.mp4", "\ufffd.mp4")],
)
def test_without_it_the_address_names_the_file(
    path: str, name: str, origin: Origin, session: FetchSession
) -> None:
    with open_url(origin.serve(path, a_file(b"x")), session=session) as fetched:
        assert fetched.filename == name
