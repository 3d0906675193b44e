"""The walk of two ordered streams, as a pure function and over real rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recordings import reconciling
from recordings.models import SessionUpload
from recordings.reconciling import Differences, KeysOutOfOrder, Spool, in_key_order, outer_join
from sessions_app.models import Session

KEYS = st.sets(
    st.text(
        st.characters(codec="utf-8")
        | st.sampled_from(["/", "\ufffd", "\uff61", "😀", "é", "\u0301"]),
        min_size=1,
        max_size=6,
    ),
    max_size=30,
)


def stream(keys: set[str], mark: str, *, misplace: random.Random | None = None) -> list[Any]:
    """As a bucket lists them: by their bytes; odd keys anywhere when ``misplace`` is given."""
    ordered = sorted(keys, key=lambda key: key.encode())
    if misplace:
        odd = [key for key in ordered if "\ufffd" in key]
        ordered = [key for key in ordered if key not in odd]
        for key in odd:
            ordered.insert(misplace.randint(0, len(ordered)), key)
    return [(key, mark) for key in ordered]


@given(KEYS, KEYS, st.randoms())
@example({"\ufffd", "a\ufffd", "b", "😀"}, {"\ufffd", "b", "c"}, random.Random(3))
def test_the_walk_is_set_arithmetic(left: set[str], right: set[str], chance: random.Random) -> None:
    pairs = list(
        outer_join(stream(left, "object", misplace=chance), stream(right, "row", misplace=chance))
    )
    assert len(pairs) == len(left | right)
    assert {one[0] for one, other in pairs if one and other} == left & right
    assert {one[0] for one, other in pairs if one and not other} == left - right
    assert {other[0] for one, other in pairs if other and not one} == right - left
    assert all(one[0] == other[0] for one, other in pairs if one and other)


@given(KEYS, KEYS)
def test_pairs_come_in_key_order(left: set[str], right: set[str]) -> None:
    pairs = outer_join(stream(left, "object"), stream(right, "row"))
    keys = [(one or other or ("",))[0] for one, other in pairs]
    plain = [key for key in keys if "\ufffd" not in key]
    assert plain == sorted(plain, key=lambda key: key.encode())


@pytest.mark.parametrize("keys", [["b", "a"], ["a", "a"], ["😀", "\uff61"]])
def test_a_stream_that_does_not_ascend_is_refused(keys: list[str]) -> None:
    items = [(key,) for key in keys]
    with pytest.raises(KeysOutOfOrder):
        list(outer_join(items, []))
    with pytest.raises(KeysOutOfOrder):
        list(outer_join([], items))


def test_a_key_that_is_no_utf8_finds_its_row_wherever_it_is_listed() -> None:
    listed = [("a",), ("z\ufffd",), ("b",), ("\ufffd",)]
    stored = [("b",), ("z\ufffd",)]
    assert list(outer_join(listed, stored)) == [
        (("a",), None),
        (("b",), ("b",)),
        (("z\ufffd",), ("z\ufffd",)),
        (("\ufffd",), None),
    ]


def test_streams_are_read_as_the_walk_goes() -> None:
    read: list[str] = []

    def slowly(name: str) -> Iterator[tuple[str, str]]:
        for number in range(100):
            read.append(name)
            yield f"{number:03}", name

    pairs = outer_join(slowly("left"), slowly("right"))
    for _ in range(10):
        next(pairs)
    assert len(read) <= 22


def test_a_spool_gives_back_what_it_got_even_from_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "SPOOL_MEMORY_BYTES", 64)
    spool = Spool()
    items = [[f'recordings/\n\t"😀{number}', number] for number in range(100)]
    for item in items:
        spool.add(*item)
    assert (spool.count, list(spool), list(spool)) == (100, items, items)
    spool.close()


def test_spools_are_closed_when_the_run_is_left() -> None:
    with Differences() as found:
        found.absent.add("key")
    with pytest.raises(ValueError, match="closed"):
        list(found.absent)


@pytest.mark.django_db
def test_rows_are_read_in_byte_order_below_the_prefix_only(
    session: Session, monkeypatch: pytest.MonkeyPatch, make_upload: Callable[..., SessionUpload]
) -> None:
    monkeypatch.setattr(reconciling, "ROWS_PER_QUERY", 2)
    below = ["p/", "p/A", "p/a", "p//x", "p/\uff61", "p/😀", "p/é", "p/Z/1"]
    for key in [*below, "p", "p0", "q/a", "P/a", "o/z"]:
        make_upload(s3_key=key)
    rows = in_key_order(SessionUpload.objects.all(), "p/", "status")
    assert list(rows) == [(key, "completed") for key in sorted(below, key=lambda key: key.encode())]
