"""Bad input to the API: one shape of error, never a 5xx, nothing stored."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from rest_framework.test import APIClient

from sessions_app.models import Session
from tests.attempts import add_upload
from tests.house.matrix import API
from tests.recordings.conftest import named_file

V1 = "/api/v1"
TALK = {"title": "A", "scheduled_at": "2026-01-20T10:00:00Z"}
MANY = 100_000
# As bytes, for what no JSON library would write.
BAD_BODIES = {
    "nothing": b"",
    "half": b'{"title": "A"',
    "no json": b"title=A",
    "not utf-8": b'{"title": "\xff\xfe"}',
    "a list": b"[]",
    "text": b'"A"',
    "null": b"null",
    "not a number": b'{"title": NaN}',
    "infinite": b'{"duration_minutes": 1e999999}',
    "deep lists": b'{"title": ' + b"[" * MANY + b"]" * MANY + b"}",
    "deep objects": b'{"a":' * MANY + b"1" + b"}" * MANY,
    "unclosed lists": b"[" * MANY,
    "surrogate": b'{"title": "\\ud800", "scheduled_at": "2026-01-20T10:00:00Z"}',
    "surrogate unknown": b'{"x": "\\udfff", "title": "A", "scheduled_at": "2026-01-20T10:00:00Z"}',
    "surrogate key": b'{"\\ud800": 1, "title": "A", "scheduled_at": "2026-01-20T10:00:00Z"}',
    "surrogate deep": b'{"participants": [{"name": "\\ud83d"}], "title": "A"}',
    "nul": b'{"title": "A\\u0000", "scheduled_at": "2026-01-20T10:00:00Z"}',
    "nul key": b'{"\\u0000": 1, "title": "A", "scheduled_at": "2026-01-20T10:00:00Z"}',
    "nul deep": b'{"participants": [{"name": "\\u0000"}], "title": "A"}',
}
BAD_TALKS: dict[str, dict[str, Any]] = {
    "title a list": {"title": ["A"]},
    "title an object": {"title": {}},
    "title null": {"title": None},
    "title true": {"title": True},
    "title empty": {"title": " "},
    "title long": {"title": "A" * 201},
    "description long": {"description": "A" * 20_001},
    "time of text": {"scheduled_at": "soon"},
    "time of number": {"scheduled_at": 5},
    "time of list": {"scheduled_at": []},
    "year 1": {"scheduled_at": "0001-01-01T00:00:00Z"},
    "year 1 east": {"scheduled_at": "0001-01-01T00:00:00+14:00"},
    "year 9999": {"scheduled_at": "9999-12-31T23:59:59Z"},
    "year 9999 west": {"scheduled_at": "9999-12-31T23:59:59-12:00"},
    "year 10000": {"scheduled_at": "10000-01-01T00:00:00Z"},
    "minutes huge": {"duration_minutes": 10**30},
    "minutes bigint": {"duration_minutes": 2**63},
    "minutes none": {"duration_minutes": 0},
    "minutes negative": {"duration_minutes": -1},
    "minutes text": {"duration_minutes": "x" * 2000},
    "minutes float": {"duration_minutes": 1.5},
    "status unknown": {"status": "done"},
    "status a list": {"status": []},
    "status an object": {"status": {}},
    "client a list": {"client": []},
    "client text": {"client": "x"},
    "client id": {"client": {"id": "x"}},
    "client id a number": {"client": {"id": 10**40}},
    "client of others": {"client": {"id": str(uuid4())}},
    "client without e-mail": {"client": {"name": "x"}},
    "client e-mail": {"client": {"email": "x"}},
    "participants an object": {"participants": {}},
    "participants of text": {"participants": ["x"]},
    "participants empty": {"participants": [{}]},
    "participants many": {"participants": [{"name": "x"}] * 201},
    "platform": {"external_platform": "vhs"},
    "link": {"external_recording_url": "javascript:alert(1)"},
    "link long": {"external_recording_url": "https://example.com/" + "x" * 2048},
}
BAD_QUERIES = [
    "status=done",
    "recording=perhaps",
    "transcript_status=x",
    "analysis_status=x",
    "platform=vhs",
    "client=x",
    "client=%00",
    "from=soon",
    "to=soon",
    "from=0001-01-01",
    "to=9999-12-31",
    "from=0001-01-01T00:00:00%2B14:00",
    "to=9999-12-31T23:59:59-12:00",
    "from=99999999999999999999",
    "ordering=coach__password",
    "ordering=-nothing",
    "q=%00",
    "q=" + "x" * 100_000,
]
ODD_QUERIES = [
    "limit=-1",
    "limit=0",
    "limit=abc",
    "limit=10000",
    "limit=99999999999999999999999",
    "limit=%00",
    "offset=-1",
    "offset=abc",
    "offset=99999999999999999999999",
    "offset=9223372036854775808",
    "unknown=1",
    "unknown=%00",
    "q=%ff%fe",
    "q=%ed%a0%80",
    "q=%25%5F%27%22--",
    "ordering=",
]


def rows() -> Any:
    return {
        model: list(model._default_manager.order_by("pk").values())
        for label in ("accounts", "sessions_app", "recordings")
        for model in apps.get_app_config(label).get_models()
    }


def check(answer: Any, *statuses: int) -> list[str]:
    """The answer has one of the statuses and the contract's shape; return its codes."""
    assert answer.status_code in statuses, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"type", "errors"}
    assert body["type"] in ("validation_error", "client_error")
    assert body["errors"]
    for error in body["errors"]:
        assert set(error) == {"code", "detail", "attr"}
        assert error["code"]
        assert str(error["detail"]).strip()
        assert error["attr"] is None or isinstance(error["attr"], str)
    assert b"Traceback" not in answer.content
    return [error["code"] for error in body["errors"]]


def post(api: Any, path: str, body: bytes, **more: Any) -> Any:
    more.setdefault("content_type", "application/json")
    return api.generic("POST", f"{V1}/{path}", body, **more)


@pytest.mark.parametrize(
    "path",
    ["", "v1", "v1/", "v2/sessions", "v1/nothing", "v1/sessions/x", "v1/recordings/uploads/1"],
)
def test_addresses_that_lead_nowhere(api: APIClient, path: str) -> None:
    for client in (api, Client(raise_request_exception=False)):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "BREW"):
            assert check(client.generic(method, f"/api/{path}"), 404) == ["not_found"]


@pytest.mark.parametrize("path", API)
def test_no_and_bad_credentials(db: None, path: str, api_for: Callable[..., APIClient]) -> None:
    url = f"{V1}/" + re.sub(r"<\w+>", str(uuid4()), path)
    method = next(iter(API[path].owner))
    for credentials in (
        "",
        "Bearer",
        "Bearer x",
        "Bearer a b",
        "Bearer é",
        "Token x",
        "Basic eDp5",
    ):
        client: Any = api_for(None)
        headers = {"HTTP_AUTHORIZATION": credentials} if credentials else {}
        answer = client.generic(method, f"{url}?token=x&access_token=x", **headers)
        check(answer, 401)
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_cookie_without_a_csrf_token_is_refused(coach: Any) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(coach)
    before = rows()

    check(browser.post(f"{V1}/sessions", TALK, content_type="application/json"), 403)

    assert rows() == before


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bodies_that_are_no_json_object(api: APIClient, name: str) -> None:
    before = rows()

    for path in (
        "sessions",
        "recordings/upload",
        "recordings/multipart",
        "recordings/match-files",
        "webhook-endpoints",
    ):
        codes = check(post(api, path, BAD_BODIES[name]), 400)
        assert set(codes) <= {"parse_error", "null_characters_not_allowed", "required"}
    assert rows() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "text/json", "", "\x00"])
def test_bodies_that_are_not_called_json(api: APIClient, kind: str) -> None:
    before = rows()
    check(post(api, "sessions", json.dumps(TALK).encode(), content_type=kind), 415)
    assert rows() == before


@pytest.mark.parametrize("name", BAD_TALKS)
def test_values_that_no_session_has(api: APIClient, session: Session, name: str) -> None:
    before = rows()

    check(api.post(f"{V1}/sessions", TALK | BAD_TALKS[name], format="json"), 400)
    check(api.patch(f"{V1}/sessions/{session.pk}", BAD_TALKS[name], format="json"), 400)
    check(api.put(f"{V1}/sessions/{session.pk}", TALK | BAD_TALKS[name], format="json"), 400)

    assert rows() == before


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_filters_that_say_nothing(api: APIClient, session: Session, query: str) -> None:
    for path in ("sessions", "recordings/sessions"):
        check(api.get(f"{V1}/{path}?{query}"), 400)


@pytest.mark.parametrize("query", ODD_QUERIES)
def test_odd_pages_and_unknown_parameters(api: APIClient, session: Session, query: str) -> None:
    for path in ("sessions", "recordings/sessions", "recordings/sync-runs", "recordings/multipart"):
        answer = api.get(f"{V1}/{path}?{query}")

        assert answer.status_code == 200
        assert set(answer.json()) == {"count", "next", "previous", "results"}


@pytest.mark.parametrize(
    "change",
    [
        {"session_id": "x"},
        {"session_id": ["x"]},
        {"session_id": 10**40},
        {"session_id": None},
        {"session_id": {}},
        {"filename": None},
        {"filename": []},
        {"filename": "x" * 1001},
        {"content_type": "a b"},
        {"content_type": "video/mp4\r\nX-Evil: 1"},
        {"size_bytes": 0},
        {"size_bytes": -1},
        {"size_bytes": 2**63},
        {"size_bytes": 10**100},
        {"size_bytes": "x"},
        {"size_bytes": 1.5},
        {"size_bytes": [1]},
    ],
    ids=lambda change: json.dumps(change)[:40],
)
def test_uploads_in_parts_that_cannot_be(
    api: APIClient, session: Session, bucket: str, change: dict[str, Any]
) -> None:
    body = {"session_id": str(session.pk), "filename": "a.mp4", "size_bytes": 9}
    before = rows()

    check(api.post(f"{V1}/recordings/multipart", body | change, format="json"), 400)

    assert rows() == before


@pytest.mark.parametrize(
    "query",
    [
        "",
        "session_id=x&filename=a.mp4",
        "session_id={id}",
        "session_id={id}&filename=",
        "session_id={id}&filename=%00.mp4",
        "session_id={id}%00&filename=a.mp4",
        "session_id={id}&filename=a.mp4&content_type=%00",
        "session_id={id}&filename=a.mp4&content_type=x",
        "session_id={id}&filename=a.mp4&size_bytes=-1",
        "session_id={id}&filename=a.mp4&size_bytes=99999999999999999999",
        "session_id={id}&filename=a.mp4&size_bytes=x",
    ],
)
def test_forms_that_cannot_be(api: APIClient, session: Session, query: str) -> None:
    before = rows()

    check(api.get(f"{V1}/recordings/presigned-upload-url?{query.format(id=session.pk)}"), 400)

    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [
        {"session_id": "x"},
        {"session_id": "\x00"},
        {"session_id": "😀"},
        {"platform": "vhs"},
        {"platform": "zoom\x00"},
        {"passcode": "\x00"},
        {"passcode": "x" * 201},
        {"external_url": "http://example.com/\x00"},
        {"external_url": "x" * 2049},
        {"external_url": ""},
        {"external_url": "ftp://example.com/a.mp4"},
        {"external_url": "http://127.0.0.1/a.mp4"},
        {"external_url": "http://[::1"},
        {"external_url": "http://example.com:99999/a"},
    ],
    ids=lambda change: json.dumps(change)[:40],
)
@pytest.mark.parametrize("kind", ["json", "multipart"])
def test_imports_that_cannot_be(
    api: APIClient, session: Session, change: dict[str, str], kind: str
) -> None:
    body = {"session_id": str(session.pk), "external_url": "http://127.0.0.2/a.mp4"} | change
    before = rows()

    check(api.post(f"{V1}/recordings/upload", body, format=kind), 400)

    assert rows() == before


def test_forms_that_are_cut_short_or_odd(api: APIClient, session: Session, bucket: str) -> None:
    kind = "multipart/form-data; boundary=b"
    head = f'--b\r\nContent-Disposition: form-data; name="session_id"\r\n\r\n{session.pk}\r\n'
    file = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nabc'
    before = rows()
    for body, content_type in (
        (head + file, kind),
        (head, kind),
        ("", kind),
        (head + file + "\r\n--b--\r\n", kind),
        (head, "multipart/form-data"),
        (head, "multipart/form-data; boundary=" + "x" * 300),
        (head, "multipart/form-data; boundary=é"),
        (head.replace("session_id", "session_id\x00"), kind),
        (head.replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: base64\r\n\r\n"), kind),
        ("--b\r\n" + "x" * 100_000, kind),
    ):
        answer = post(api, "recordings/upload", body.encode(), content_type=content_type)
        check(answer, 400, 415)
    assert rows() == before


def test_names_of_files_that_nobody_can_store(
    api: APIClient, session: Session, bucket: str
) -> None:
    before = rows()
    for name in ("\x00.mp4", "a\x00b.mp4", "../../etc/passwd", "\u202e4pm.exe", "x" * 3000):
        form = {"session_id": str(session.pk), "file": named_file(b"no recording", name)}
        check(api.post(f"{V1}/recordings/upload", form, format="multipart"), 400, 415)
    assert rows() == before


@pytest.mark.parametrize("key", ["", "x" * 256, "\x00", "a\x00b"])
def test_idempotency_keys_that_are_none(api: APIClient, key: str) -> None:
    before = rows()

    answer = api.post(f"{V1}/sessions", TALK, format="json", headers={"Idempotency-Key": key})

    assert check(answer, 400) == ["invalid_idempotency_key"]
    assert rows() == before


@pytest.mark.parametrize("key", ["é" * 200, "\x7f", "\ud83d\ude00", "'; --", "\x85"])
def test_odd_idempotency_keys_are_keys(api: APIClient, key: str) -> None:
    header = key.encode("utf-8", "surrogatepass").decode("latin-1")

    answers = [
        api.post(f"{V1}/sessions", TALK, format="json", HTTP_IDEMPOTENCY_KEY=header)
        for _time in range(2)
    ]

    assert [answer.status_code for answer in answers] in ([201, 201], [400, 400])
    assert answers[0].json() == answers[1].json()
    assert Session.objects.count() == (answers[0].status_code == 201)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        {},
        [1],
        [{}],
        [{"part_number": 0, "etag": "x"}],
        [{"part_number": 10**30, "etag": "x"}],
        [{"part_number": 1, "etag": "x" * 101}],
        [{"part_number": 1, "etag": None}],
        [{"part_number": 1, "etag": "x"}] * 10_001,
    ],
    ids=lambda parts: json.dumps(parts)[:40],
)
def test_parts_that_cannot_be(api: APIClient, session: Session, parts: Any) -> None:
    upload = add_upload(session, "uploading")
    before = rows()
    url = f"{V1}/recordings/multipart/{upload.pk}"

    check(api.post(f"{url}/complete", {"parts": parts}, format="json"), 400)
    check(api.post(f"{url}/parts", {"part_numbers": [[1], {}, "x"]}, format="json"), 400)
    check(api.post(f"{url}/parts", {"part_numbers": [0]}, format="json"), 400)
    check(api.post(f"{url}/parts", {"part_numbers": [10**30]}, format="json"), 400)
    check(api.post(f"{url}/parts", {"part_numbers": [1] * 101}, format="json"), 400)

    assert rows() == before


def test_a_url_that_never_ends(api: APIClient, session: Session) -> None:
    check(api.get(f"{V1}/sessions/{'x' * 100_000}"), 404)
    check(api.get(f"{V1}/recordings/sessions/%00"), 404)
    check(api.get(f"{V1}/recordings/sessions/%ff"), 404)


def test_a_body_of_megabytes_is_refused_unread(api: APIClient) -> None:
    before = rows()
    body = json.dumps(TALK | {"description": "x" * 3_000_000}).encode()

    assert check(post(api, "sessions", body), 413) == ["too_large"]

    assert rows() == before
