from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from recordings.storage import ListedObject, StorageError, list_objects, listing
from recordings.storage.client import connection

NASTY = [
    "a b", "a+b", "a%b", "a%2Bb", "a%20b", "é", "e\u0301", "日本", "a//b", "a/./b", "a/../b", "a&b",
    "a&amp;b", "a<Contents>b", 'a"b', "a'b", "a\tb", "😀", "\uffee", "\U00010000", "~", "*",
    "!(x)", "a?b#c", "\u202e", "a\\b", "<Key>", "]]>",
]  # fmt: skip
# moto cannot store or list these.
ONLY_STRICT = ["\x01", "a\nb", "a\rb", "..", "a/"]


def listed(prefix: str = "recordings/", **options: Any) -> list[ListedObject]:
    return [item for page in list_objects(prefix, **options) for item in page]


def boto_listing(prefix: str) -> list[ListedObject]:
    held = connection()
    pages = held.client.get_paginator("list_objects_v2").paginate(Bucket=held.bucket, Prefix=prefix)
    return [
        ListedObject(item["Key"], item["Size"], item["ETag"].strip('"'), item["LastModified"])
        for page in pages
        for item in page.get("Contents", [])
    ]


@pytest.mark.usefixtures("any_bucket")
@pytest.mark.parametrize("page_keys", [1000, 3, 1])
def test_it_is_what_boto_lists(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, page_keys: int
) -> None:
    held = connection()
    names = NASTY + (ONLY_STRICT if "ministack" in request.node.callspec.id else [])
    keys = sorted(f"recordings/{name}" for name in names)
    for key in [*keys, "elsewhere/x"]:
        held.client.put_object(Bucket=held.bucket, Key=key, Body=key.encode())
    monkeypatch.setattr(listing, "PAGE_KEYS", page_keys)
    found = listed()
    assert [item.key for item in found] == keys
    assert found == boto_listing("recordings/")
    assert [item.key for item in listed(start_after=keys[4])] == keys[5:]
    assert len(listed("")) == len(keys) + 1


@pytest.mark.usefixtures("any_bucket")
def test_an_empty_prefix_has_no_pages() -> None:
    assert list(list_objects("recordings/")) == []


def contents(key: str, *, extra: str = "", size: str = "5") -> str:
    return (
        f"<Contents><Key>{key}</Key><LastModified>2026-01-14T15:00:00.000Z</LastModified>"
        f"<ETag>&quot;abc&quot;</ETag>{extra}<Size>{size}</Size>"
        "<Owner><ID>1</ID></Owner><StorageClass>STANDARD</StorageClass></Contents>"
    )


def page(
    *items: str,
    truncated: str = "false",
    token: str = "",
    count: int | None = None,
    encoding: str = "<EncodingType>url</EncodingType>",
) -> str:
    shown = len(items) if count is None else count
    next_token = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>'
        f"{encoding}<IsTruncated>{truncated}</IsTruncated><KeyCount>{shown}</KeyCount>"
        f"{next_token}{''.join(items)}</ListBucketResult>"
    )


def answers(server: HTTPServer, *bodies: str | int) -> list[Request]:
    """Let the store answer these, one after the other, and the last for ever."""
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        body = bodies[min(len(seen), len(bodies) - 1)]
        seen.append(request)
        if isinstance(body, int):
            return Response("<Error><Code>SlowDown</Code></Error>", status=body)
        return Response(body.encode("utf-8", "surrogateescape"), content_type="application/xml")

    server.expect_request("/scripted/").respond_with_handler(answer)
    return seen


LINE = ListedObject("a b", 5, "abc", datetime(2026, 1, 14, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    "body",
    [
        page(contents("a+b")),
        page(contents("a%20b")),
        page(contents("a+b", extra="<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>")),
        page(contents("a b"), encoding=""),
        page(contents("&#97; b"), encoding=""),
        page(contents("a+b")).replace("<Contents>", "\n  <Contents>\n  "),
        page(contents("a+b").replace("<ETag>&quot;abc&quot;</ETag>", ""))
        .replace("<Size>", "<ETag>&quot;abc&quot;</ETag><Size>")
        .replace("<Key>", "<ID>1</ID><Key>"),
        page(contents("a+b")).replace("<Contents>", "<Contents >"),
    ],
)
def test_each_store_s_own_form_is_read(scripted: HTTPServer, body: str) -> None:
    answers(scripted, body)
    assert listed() == [LINE]


def test_a_second_page_is_asked_for_with_its_token(scripted: HTTPServer) -> None:
    first = page(contents("a"), truncated="true", token="t&amp;/+=")
    seen = answers(scripted, first, page(contents("b")))
    assert [item.key for item in listed("p/", start_after="0")] == ["a", "b"]
    assert [dict(request.args)["prefix"] for request in seen] == ["p/", "p/"]
    assert seen[0].args["start-after"] == "0"
    assert seen[1].args["continuation-token"] == "t&/+="


@pytest.mark.parametrize(
    ("bodies", "reason"),
    [
        ([page(contents("a"))[:-30]], "PartialListing"),
        ([""], "PartialListing"),
        (["<html>hello</html>"], "PartialListing"),
        ([page(contents("a"), count=2)], "PartialListing"),
        ([page(contents("a"), truncated="true")], "TruncatedWithoutToken"),
        ([page(contents("a")).replace("<IsTruncated>false</IsTruncated>", "")], "PartialListing"),
        ([page(contents("a", size="many"))], "OddListing"),
        ([page(contents("a").replace("2026-01-14T", "yesterday "))], "OddListing"),
        ([page(contents("a").replace("<Key>a</Key>", ""))], "OddListing"),
        ([page(contents("b"), contents("a"))], "UnorderedListing"),
        ([page(contents("a"), contents("a"))], "UnorderedListing"),
        (
            [
                page(contents("a"), truncated="true", token="t"),
                page(contents("b"), truncated="true", token="t"),
            ],
            "RepeatedContinuationToken",
        ),
        (
            [page(contents("a"), truncated="true", token="t"), page(contents("a"))],
            "UnorderedListing",
        ),
        ([page(contents("a"), truncated="true", token="t"), 503], "SlowDown"),
        ([403], "SlowDown"),
    ],
)
def test_a_page_that_is_not_whole_is_an_error(
    scripted: HTTPServer, bodies: list[str | int], reason: str
) -> None:
    answers(scripted, *bodies)
    with pytest.raises(StorageError) as raised:
        listed()
    assert raised.value.reason == reason


def test_an_entity_bomb_is_refused(scripted: HTTPServer) -> None:
    bomb = page(contents("&a;&#97;")).replace(
        "\n", '<!DOCTYPE l [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]>', 1
    )
    answers(scripted, bomb)
    with pytest.raises(StorageError, match="OddListing"):
        listed()


def test_a_page_is_tried_five_times(scripted: HTTPServer) -> None:
    seen = answers(scripted, 503, 500, page()[:-5], 503, page(contents("a+b")))
    assert listed() == [LINE]
    assert len(seen) == 5


def test_it_gives_up_after_five_tries(scripted: HTTPServer) -> None:
    seen = answers(scripted, 503)
    with pytest.raises(StorageError, match="SlowDown"):
        listed()
    assert len(seen) == 5
