"""The bucket's listing, fast enough for a million keys and never shorter than it is.

boto3's paginator takes 135 s for a million keys, most of it in parsing dates; one regular
expression per page takes 4. Whatever that expression does not account for is parsed as XML.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote_plus
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import unescape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .errors import StorageError
from .signing import presign
from .wire import send, with_retries

PAGE_KEYS = 1000
PAGE_URL_SECONDS = 300

_CHILD = rb"\s*(?:<(?!/Contents>|Size>)[^>]*>[^<]*)*?"
_QUOTE = rb"(?:&quot;|\")?"
_CONTENTS = re.compile(
    rb"<Contents>\s*<Key>([^<]+)</Key>\s*<LastModified>([^<]+)</LastModified>\s*"
    rb"<ETag>" + _QUOTE + rb"([^<&\"]*)" + _QUOTE + rb"</ETag>" + _CHILD + rb"<Size>(\d+)</Size>"
)
_TRUNCATED = re.compile(rb"<IsTruncated>(true|false)</IsTruncated>")
_TOKEN = re.compile(rb"<NextContinuationToken>([^<]+)</NextContinuationToken>")
_KEY_COUNT = re.compile(rb"<KeyCount>(\d+)</KeyCount>")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


class ListedObject(NamedTuple):
    """One line of the listing; the ETag without its quotes."""

    key: str
    size_bytes: int
    etag: str
    last_modified: datetime


class Page(NamedTuple):
    """What one answer of the bucket says."""

    objects: list[ListedObject]
    next_token: str | None


def list_objects(prefix: str, *, start_after: str = "") -> Iterator[list[ListedObject]]:
    """Pages of all objects under ``prefix`` after the key ``start_after``, in UTF-8 byte order.

    Raises StorageError on any page that cannot be had whole, in order and once, after tries:
    whoever reads to the end has seen everything that was there.
    """
    token: str | None = None
    seen: set[str] = set()
    last_key = start_after
    while True:
        page = with_retries(lambda: _fetch(prefix, start_after, token))  # noqa: B023
        if page.objects:
            _check_order(last_key, page.objects)
            last_key = page.objects[-1].key
            yield page.objects
        if page.next_token is None:
            return
        if page.next_token in seen:
            raise StorageError("RepeatedContinuationToken")
        token = page.next_token
        seen.add(token)


def _fetch(prefix: str, start_after: str, token: str | None) -> Page:
    query = {"list-type": "2", "encoding-type": "url", "max-keys": str(PAGE_KEYS)}
    if prefix:
        query["prefix"] = prefix
    if token:
        query["continuation-token"] = token
    elif start_after:
        query["start-after"] = start_after
    url = presign("GET", "", query=query, expires_in=PAGE_URL_SECONDS)
    return parse_page(send("GET", url).content)


def parse_page(body: bytes) -> Page:
    """Read one ListObjectsV2 answer. Raises StorageError for one that is cut off or odd."""
    truncated = _TRUNCATED.findall(body)
    if not body.rstrip().endswith(b"</ListBucketResult>") or len(truncated) != 1:
        raise StorageError("PartialListing")
    found = _CONTENTS.findall(body)
    # Each has an opening and a closing tag; any other "Contents" is left to the parser.
    if body.count(b"Contents") == 2 * len(found) and b"&#" not in body:
        objects = _read(found, encoded=b"<EncodingType>url</EncodingType>" in body)
        token = _TOKEN.search(body)
        next_token = _text(token[1]) if token else None
    else:
        objects, next_token = _parse_xml(body)
    count = _KEY_COUNT.search(body)
    if count and int(count[1]) != len(objects):
        raise StorageError("PartialListing")
    if truncated == [b"false"]:
        return Page(objects, None)
    if not next_token:
        raise StorageError("TruncatedWithoutToken")
    return Page(objects, next_token)


def _read(found: list[tuple[bytes, bytes, bytes, bytes]], *, encoded: bool) -> list[ListedObject]:
    if not found:
        return []
    keys, times, etags, sizes = zip(*found, strict=True)
    return list(
        map(
            ListedObject,
            [_key(_text(key), encoded=encoded) for key in keys],
            map(int, sizes),
            map(bytes.decode, etags),
            map(_time, map(bytes.decode, times)),
        )
    )


def _text(raw: bytes) -> str:
    text = raw.decode(errors="replace")
    return unescape(text, _QUOTES) if "&" in text else text


def _key(text: str, *, encoded: bool) -> str:
    return unquote_plus(text) if encoded and ("%" in text or "+" in text) else text


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise StorageError("OddListing") from None


def _parse_xml(body: bytes) -> tuple[list[ListedObject], str | None]:
    """The same by an XML parser, for a store that writes its answer in another form."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException):
        raise StorageError("OddListing") from None
    encoded = root.findtext("{*}EncodingType") == "url"
    objects = [
        ListedObject(
            _key(_child(item, "Key"), encoded=encoded),
            _size(_child(item, "Size")),
            (item.findtext("{*}ETag") or "").strip('"'),
            _time(_child(item, "LastModified")),
        )
        for item in root.findall("{*}Contents")
    ]
    return objects, root.findtext("{*}NextContinuationToken")


def _child(item: Element, name: str) -> str:
    text = item.findtext(f"{{*}}{name}")
    if not text:
        raise StorageError("OddListing")
    return text


def _size(text: str) -> int:
    if not text.strip().isdecimal():
        raise StorageError("OddListing")
    return int(text)


def _check_order(last_key: str, objects: list[ListedObject]) -> None:
    """Refuse what a merge of ordered streams would draw wrong conclusions from.

    Python orders text by code point, which is the order of its UTF-8 bytes; of a key that is no
    UTF-8 the order is not known.
    """
    keys = [last_key, *(listed.key for listed in objects)]
    if any(a >= b for a, b in pairwise(keys)) and "\ufffd" not in "".join(keys):
        raise StorageError("UnorderedListing")
