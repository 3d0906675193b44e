"""A store that is busy, breaks off, keeps fewer promises or says odd things."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from recordings.storage import (
    BytesDiffer,
    Part,
    StorageError,
    complete_multipart,
    head,
    iter_object,
    ping,
    put_file,
    put_part,
    read_range,
)
from recordings.storage.client import connection

KEY = "recordings/k.mp4"
DATA = os.urandom(10_000)
BARE = {"ETag": '"abc"', "Last-Modified": "Wed, 14 Jan 2026 15:00:00 GMT"}
Handler = Callable[[Request], Response]


def serve(server: HTTPServer, handler: Handler) -> list[Request]:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        request.get_data()
        seen.append(request)
        return handler(request)

    server.expect_request(f"/scripted/{KEY}").respond_with_handler(answer)
    return seen


def error(code: str, status: int) -> Response:
    return Response(f"<Error><Code>{code}</Code></Error>", status=status)


@pytest.mark.parametrize(
    ("code", "status"),
    [("SlowDown", 503), ("InternalError", 500), ("RequestTimeout", 400), ("BadDigest", 400)],
)
def test_a_part_is_sent_again(scripted: HTTPServer, code: str, status: int) -> None:
    answers = iter([error(code, status), error(code, status), Response(headers={"ETag": '"e"'})])
    seen = serve(scripted, lambda _: next(answers))
    assert put_part(KEY, "u", 3, memoryview(DATA)) == Part(3, "e", len(DATA))
    assert [request.get_data() for request in seen] == [DATA] * 3
    assert {request.method for request in seen} == {"PUT"}
    assert seen[0].headers["Content-MD5"]


def test_a_part_is_not_sent_for_ever(scripted: HTTPServer) -> None:
    seen = serve(scripted, lambda _: error("SlowDown", 503))
    with pytest.raises(StorageError) as raised:
        put_part(KEY, "u", 1, DATA)
    assert (raised.value.code, raised.value.retryable) == ("storage_unavailable", True)
    assert len(seen) == 5


def test_what_cannot_get_better_is_not_tried_again(scripted: HTTPServer) -> None:
    seen = serve(scripted, lambda _: error("AccessDenied", 403))
    with pytest.raises(StorageError) as raised:
        put_part(KEY, "u", 1, DATA)
    assert raised.value.retryable is False
    assert len(seen) == 1


def test_errors_hold_no_secret_and_no_address(settings: Settings) -> None:
    settings.AWS_S3_ENDPOINT_URL = "http://127.0.0.1:9"
    for attempt in (ping, lambda: put_part(KEY, "u", 1, DATA), lambda: read_range(KEY, 0, 1)):
        with pytest.raises(StorageError) as raised:
            attempt()
        shown = f"{raised.value} {raised.value.detail} {raised.value.args}"
        assert not any(word in shown for word in ("127.0.0.1", "X-Amz", KEY, "test-secret"))
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__


def ranged(request: Request) -> Response:
    start, _, end = request.headers["Range"].removeprefix("bytes=").partition("-")
    return Response(DATA[int(start) : int(end) + 1], status=206, headers=BARE)


def bare_head(request: Request) -> Response:
    return Response(headers={**BARE, "Content-Length": str(len(DATA))})


def test_a_store_that_echoes_nothing(scripted: HTTPServer) -> None:
    """As Ceph: no encryption, no version, no checksum in the answer."""
    serve(scripted, bare_head)
    stored = head(KEY)
    assert stored is not None
    assert (stored.size_bytes, stored.etag, stored.version_id) == (len(DATA), "abc", None)
    assert (stored.encryption, stored.checksum_algorithm, stored.checksum_value) == ("", "", "")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"x-amz-checksum-crc64nvme": "AAAAAAAAAAA="}, ("CRC64NVME", "AAAAAAAAAAA=")),
        ({"x-amz-checksum-sha256": "A" * 43 + "="}, ("SHA256", "A" * 43 + "=")),
        ({"x-amz-checksum-sha256": "A" * 43 + "=-2"}, ("", "")),
        (
            {"x-amz-checksum-sha256": "A" * 43 + "=", "x-amz-checksum-type": "COMPOSITE"},
            ("", ""),
        ),
        ({"x-amz-checksum-crc64nvme": "skuzuQ=="}, ("", "")),
        ({"x-amz-checksum-crc32": "skuzuQ=="}, ("", "")),
    ],
)
def test_only_a_checksum_of_the_whole_counts(
    scripted: HTTPServer, headers: dict[str, str], found: tuple[str, str]
) -> None:
    seen = serve(scripted, lambda _: Response(headers={**BARE, "Content-Length": "5", **headers}))
    stored = head(KEY)
    assert stored is not None
    assert (stored.checksum_algorithm, stored.checksum_value) == found
    assert seen[0].headers["x-amz-checksum-mode"] == "ENABLED"


def test_a_read_that_breaks_off_goes_on_where_it_broke(scripted: HTTPServer) -> None:
    cuts = iter([4000, 1, 3000])

    def broken(request: Request) -> Response:
        if request.method == "HEAD":
            return bare_head(request)
        whole = ranged(request)
        cut = next(cuts, None)
        if cut is None:
            return whole
        body = whole.get_data()
        return Response(iter([body[:cut]]), 206, {**BARE, "Content-Length": str(len(body))})

    seen = serve(scripted, broken)
    assert b"".join(iter_object(KEY, chunk=500)) == DATA
    gets = [request for request in seen if request.method == "GET"]
    assert [request.headers["Range"].split("=")[1].split("-")[0] for request in gets] == [
        "0", "4000", "4001", "7001",
    ]  # fmt: skip
    assert {request.headers["If-Match"] for request in gets} == {'"abc"'}


def test_a_read_of_replaced_bytes_is_an_error(scripted: HTTPServer) -> None:
    def replaced(request: Request) -> Response:
        if request.method == "HEAD":
            return bare_head(request)
        return error("PreconditionFailed", 412)

    serve(scripted, replaced)
    with pytest.raises(BytesDiffer):
        b"".join(iter_object(KEY))


def test_a_store_that_ignores_ranges(scripted: HTTPServer) -> None:
    serve(scripted, lambda _: Response(DATA, headers=BARE))
    assert read_range(KEY, 5000, 100) == DATA[5000:5100]


def test_a_range_that_breaks_off_is_read_again(scripted: HTTPServer) -> None:
    broken = iter([Response(iter([b"ab"]), 206, {**BARE, "Content-Length": "100"})])
    serve(scripted, lambda request: next(broken, None) or ranged(request))
    assert read_range(KEY, 0, 100) == DATA[:100]


def test_a_store_without_conditional_writes(scripted: HTTPServer) -> None:
    """One that answers NotImplemented to If-None-Match is asked without it, from then on."""
    stored: set[str] = set()

    def plain(request: Request) -> Response:
        if request.method == "HEAD":
            return bare_head(request) if stored else Response(status=404)
        if "If-None-Match" in request.headers:
            return error("NotImplemented", 501)
        stored.add(request.method)
        if request.method == "POST":
            return Response("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
        return Response(headers={"ETag": '"abc"'})

    seen = serve(scripted, plain)
    assert put_file(KEY, io.BytesIO(DATA), content_type="video/mp4").size_bytes == len(DATA)
    assert seen[-2].get_data() == DATA
    assert seen[-2].headers["x-amz-server-side-encryption"] == "AES256"
    assert "if-none-match" in connection().refused
    stored.clear()
    etag = hashlib.md5(b"", usedforsecurity=False).hexdigest()
    assert complete_multipart(KEY, "u", [Part(1, etag, 0)]).size_bytes == len(DATA)
    assert (
        sum("If-None-Match" in request.headers for request in seen if request.method == "POST") == 0
    )


def test_one_client_for_all_threads(bucket: str) -> None:
    start = threading.Barrier(8)

    def look(_: int) -> int:
        start.wait()
        return id(connection())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(look, range(8)))) == 1


def test_a_forked_child_has_a_client_of_its_own(bucket: str) -> None:
    ping()
    read_end, write_end = os.pipe()
    parent = connection()
    child = os.fork()
    if child == 0:
        try:
            mine = connection()
            ping()
            os.write(write_end, b"same" if mine is parent else b"own")
        finally:
            os._exit(0)
    os.close(write_end)
    os.waitpid(child, 0)
    assert os.read(read_end, 10) == b"own"
    os.close(read_end)
    ping()
