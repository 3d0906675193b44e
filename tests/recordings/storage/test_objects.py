from __future__ import annotations

import io
import os
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from recordings.storage import (
    BytesDiffer,
    KeyTaken,
    ObjectMissing,
    copy,
    delete,
    delete_all_versions,
    head,
    iter_object,
    list_versions,
    objects,
    put_file,
    read_range,
    restore,
)

DATA = os.urandom(300_000)
NewKey = Callable[..., str]


def put(key: str, data: bytes = DATA, **options: Any) -> Any:
    return put_file(key, io.BytesIO(data), content_type="video/mp4", **options)


@pytest.mark.usefixtures("any_bucket")
def test_a_file_is_stored_whole_and_encrypted(new_key: NewKey) -> None:
    key = new_key("né +%&.mp4")
    stored = put(key, sha256=sha256(DATA).hexdigest())
    assert (stored.key, stored.size_bytes) == (key, len(DATA))
    assert (stored.encryption, stored.content_type) == ("AES256", "video/mp4")
    assert stored.version_id
    assert head(key) == stored
    assert head(key, stored.version_id) == stored
    assert b"".join(iter_object(key, chunk=1000)) == DATA


@pytest.mark.usefixtures("any_bucket")
def test_a_large_file_goes_in_parts(new_key: NewKey) -> None:
    data = os.urandom(1024) * (66 * 1024)
    stored = put(new_key(), data, sha256=sha256(data).hexdigest())
    assert stored.size_bytes == len(data)
    assert stored.etag.endswith("-9")
    assert stored.encryption == "AES256"
    assert read_range(stored.key, len(data) - 5, 10) == data[-5:]


@pytest.mark.usefixtures("any_bucket")
def test_a_key_is_written_once(new_key: NewKey) -> None:
    key = new_key()
    first = put(key, sha256=sha256(DATA).hexdigest())
    with pytest.raises(KeyTaken):
        put(key, DATA[1:], sha256=sha256(DATA[1:]).hexdigest())
    with pytest.raises(KeyTaken):
        put(key)
    assert put(key, sha256=sha256(DATA).hexdigest()) == first
    assert len(list_versions(key)) == 1


@pytest.mark.usefixtures("any_bucket")
def test_the_condition_holds_when_another_was_faster(
    new_key: NewKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    put(key)
    first_looks = iter([None])

    def blind_once(*args: Any) -> Any:
        return next(first_looks, head(*args))

    monkeypatch.setattr(objects, "head", blind_once)
    with pytest.raises(KeyTaken):
        put(key, b"other")
    assert len(list_versions(key)) == 1


@pytest.mark.usefixtures("any_bucket")
def test_a_file_shorter_than_said_is_not_kept(new_key: NewKey) -> None:
    key = new_key()
    with pytest.raises(BytesDiffer):
        put(key, size_bytes=len(DATA) + 1)
    assert list_versions(key) == []


@pytest.mark.usefixtures("strict_bucket")
def test_the_bucket_checks_and_keeps_the_checksum(new_key: NewKey) -> None:
    digest = sha256(DATA)
    stored = put(new_key(), sha256=digest.hexdigest())
    assert stored.checksum_algorithm == "SHA256"
    assert stored.checksum_value == b64encode(digest.digest()).decode()
    key = new_key()
    with pytest.raises(BytesDiffer):
        put(key, sha256="0" * 64)
    assert head(key) is None


@pytest.mark.usefixtures("any_bucket")
def test_ranges(new_key: NewKey) -> None:
    key = new_key()
    version = put(key).version_id
    assert read_range(key, 10, 5) == DATA[10:15]
    assert read_range(key, 10, 5, version) == DATA[10:15]
    assert read_range(key, len(DATA) - 3, 10) == DATA[-3:]
    assert read_range(key, len(DATA), 10) == b""
    assert read_range(key, 0, 0) == b""


@pytest.mark.usefixtures("any_bucket")
def test_what_is_not_there(new_key: NewKey) -> None:
    key = new_key()
    assert head(key) is None
    assert delete(key) is None or head(key) is None
    with pytest.raises(ObjectMissing):
        read_range(key, 0, 1)
    with pytest.raises(ObjectMissing):
        next(iter_object(key))
    with pytest.raises(ObjectMissing):
        copy(key, new_key())


@pytest.mark.usefixtures("any_bucket")
def test_a_copy_is_of_the_bytes_that_were_meant(new_key: NewKey) -> None:
    source, target = new_key(), new_key()
    stored = put(source)
    copied = copy(source, target, source_etag=stored.etag, content_type="audio/mp4")
    assert (copied.size_bytes, copied.content_type) == (len(DATA), "audio/mp4")
    assert copied.encryption == "AES256"
    assert b"".join(iter_object(target)) == DATA
    with pytest.raises(BytesDiffer):
        copy(source, new_key(), source_etag="0" * 32)


@pytest.mark.usefixtures("any_bucket")
def test_a_deletion_can_be_undone(new_key: NewKey) -> None:
    key = new_key()
    stored = put(key)
    marker = delete(key)
    assert marker
    delete(key)
    assert head(key) is None
    assert [v.is_delete_marker for v in list_versions(key)].count(True) >= 1
    assert restore(key, stored.version_id) == stored
    assert [v.version_id for v in list_versions(key)] == [stored.version_id]


@pytest.mark.usefixtures("any_bucket")
def test_an_older_version_comes_back_as_the_newest(new_key: NewKey) -> None:
    key, other = new_key(), new_key()
    old = put(key)
    put(other, b"newer bytes")
    copy(other, key)
    assert read_range(key, 0, 100) == b"newer bytes"
    restored = restore(key, old.version_id)
    assert b"".join(iter_object(key)) == DATA
    assert restored.version_id != old.version_id
    assert b"".join(iter_object(key, old.version_id)) == DATA


@pytest.mark.usefixtures("any_bucket")
def test_an_erasure_leaves_nothing_and_no_neighbour_is_touched(new_key: NewKey) -> None:
    key = new_key()
    neighbour = put(key + "x")
    stored = put(key)
    marker = delete(key)
    assert set(delete_all_versions(key)) == {stored.version_id, marker}
    assert list_versions(key) == []
    assert head(key, stored.version_id) is None
    with pytest.raises(ObjectMissing):
        restore(key, stored.version_id)
    assert head(key + "x") == neighbour


@pytest.mark.usefixtures("any_bucket")
def test_one_version_is_deleted_for_good(new_key: NewKey) -> None:
    key = new_key()
    stored = put(key)
    assert delete(key, stored.version_id) is None
    assert delete(key, stored.version_id) is None
    assert list_versions(key) == []
