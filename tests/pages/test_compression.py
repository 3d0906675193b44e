"""What is large travels compressed, from every process that serves it."""

from __future__ import annotations

import gzip
from typing import Any

from django.test import Client


def test_pages_and_answers_are_compressed_for_whoever_can_read_that(
    web: Client, api: Any, make_session: Any
) -> None:
    for number in range(20):
        make_session(title=f"Talk {number}")
    for ask, address in (
        (web.get, "/dashboard/coach/recordings"),
        (api.get, "/api/v1/recordings/sessions"),
        (web.get, "/static/css/film-room.css"),
    ):
        plain = ask(address)
        small = ask(address, HTTP_ACCEPT_ENCODING="gzip")
        sent = b"".join(small) if small.streaming else small.content
        whole = b"".join(plain) if plain.streaming else plain.content
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in small.headers["Vary"]
        assert len(sent) < len(whole) / 3
        assert b"Talk 1" in gzip.decompress(sent) or address.startswith("/static")


def test_a_range_of_a_file_travels_as_it_is(web: Client) -> None:
    answer = web.get(
        "/static/css/film-room.css", HTTP_ACCEPT_ENCODING="gzip", HTTP_RANGE="bytes=0-999"
    )
    assert (answer.status_code, len(b"".join(answer))) == (206, 1000)
    assert "Content-Encoding" not in answer.headers
