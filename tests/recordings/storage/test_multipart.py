from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import urllib3
from pytest_django import Settings

from recordings.storage import (
    KeyTaken,
    MultipartGone,
    Part,
    PartsMismatch,
    abort_multipart,
    complete_multipart,
    create_multipart,
    head,
    iter_object,
    list_multiparts,
    list_parts,
    multipart,
    part_size_for,
    put_part,
    sign_parts,
)

MIB = 1024 * 1024
DATA = os.urandom(5 * MIB + 1000)
NewKey = Callable[..., str]


def open_with_parts(key: str) -> tuple[str, list[Part]]:
    multipart_id = create_multipart(key, content_type="video/mp4")
    first = put_part(key, multipart_id, 1, memoryview(DATA)[: 5 * MIB])
    second = put_part(key, multipart_id, 2, DATA[5 * MIB :])
    return multipart_id, [first, second]


@pytest.mark.usefixtures("any_bucket")
def test_parts_become_one_encrypted_object(new_key: NewKey) -> None:
    key = new_key("né +.mp4")
    multipart_id, parts = open_with_parts(key)
    assert [(part.number, part.size_bytes) for part in parts] == [(1, 5 * MIB), (2, 1000)]
    assert list_parts(key, multipart_id) == parts
    assert [(m.key, m.multipart_id) for m in list_multiparts(key)] == [(key, multipart_id)]
    stored = complete_multipart(key, multipart_id, reversed(parts))
    assert (stored.size_bytes, stored.content_type) == (len(DATA), "video/mp4")
    assert stored.encryption == "AES256"
    assert b"".join(iter_object(key)) == DATA
    assert list_multiparts(key) == []


@pytest.mark.usefixtures("any_bucket")
def test_completing_again_answers_the_same(new_key: NewKey) -> None:
    key = new_key()
    multipart_id, parts = open_with_parts(key)
    stored = complete_multipart(key, multipart_id, parts)
    assert complete_multipart(key, multipart_id, parts) == stored
    with pytest.raises(KeyTaken):
        complete_multipart(key, multipart_id, parts[:1])
    with pytest.raises(MultipartGone):
        list_parts(key, multipart_id)


@pytest.mark.usefixtures("any_bucket")
def test_a_second_upload_does_not_replace_the_first(new_key: NewKey) -> None:
    key = new_key()
    stored = complete_multipart(key, *open_with_parts(key))
    other = create_multipart(key, content_type="video/mp4")
    with pytest.raises(KeyTaken):
        complete_multipart(key, other, [put_part(key, other, 1, b"other bytes")])
    assert head(key) == stored


@pytest.mark.usefixtures("any_bucket")
def test_the_condition_holds_when_another_was_faster(
    new_key: NewKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    stored = complete_multipart(key, *open_with_parts(key))
    other = create_multipart(key, content_type="video/mp4")
    part = put_part(key, other, 1, b"other bytes")
    first_looks = iter([None])
    monkeypatch.setattr(multipart, "head", lambda *args: next(first_looks, head(*args)))
    with pytest.raises(KeyTaken):
        complete_multipart(key, other, [part])
    assert head(key) == stored


@pytest.mark.usefixtures("any_bucket")
def test_parts_that_are_not_there(new_key: NewKey) -> None:
    key = new_key()
    multipart_id, parts = open_with_parts(key)
    with pytest.raises(PartsMismatch):
        complete_multipart(key, multipart_id, [*parts, Part(3, "0" * 32, 5)])
    assert head(key) is None
    assert list_parts(key, multipart_id) == parts


@pytest.mark.usefixtures("any_bucket")
def test_an_abort_frees_the_parts_and_may_be_repeated(new_key: NewKey) -> None:
    key = new_key()
    multipart_id, _parts = open_with_parts(key)
    abort_multipart(key, multipart_id)
    abort_multipart(key, multipart_id)
    with pytest.raises(MultipartGone):
        list_parts(key, multipart_id)
    assert list_multiparts(key) == []


@pytest.mark.usefixtures("strict_bucket")
def test_a_closed_upload_takes_no_part_and_no_completion(new_key: NewKey) -> None:
    key = new_key()
    multipart_id, parts = open_with_parts(key)
    abort_multipart(key, multipart_id)
    with pytest.raises(MultipartGone):
        put_part(key, multipart_id, 1, b"late")
    with pytest.raises(MultipartGone):
        complete_multipart(key, multipart_id, parts)
    assert head(key) is None


@pytest.mark.usefixtures("any_bucket")
def test_a_browser_sends_parts_to_signed_urls(new_key: NewKey, http: urllib3.PoolManager) -> None:
    key = new_key("name é.mp4")
    multipart_id = create_multipart(key, content_type="video/mp4")
    urls = sign_parts(key, multipart_id, [1, 2], 60)
    sent = {1: DATA[: 5 * MIB], 2: DATA[5 * MIB :]}
    for number, url in urls.items():
        assert http.request("PUT", url, body=sent[number]).status == 200
    complete_multipart(key, multipart_id, list_parts(key, multipart_id))
    assert b"".join(iter_object(key)) == DATA


def test_part_sizes_carry_every_file(settings: Settings) -> None:
    assert part_size_for(1, 16 * MIB) == 16 * MIB
    assert part_size_for(10_000 * 16 * MIB, 16 * MIB) == 16 * MIB
    assert part_size_for(10_000 * 16 * MIB + 1, 16 * MIB) == 17 * MIB
    assert part_size_for(1, 1) == 5 * MIB
    settings.MAX_UPLOAD_BYTES = 1024**4
    assert part_size_for(None, 16 * MIB) * 10_000 >= 1024**4
