"""Work on many things, some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Return lists of up to ``size`` items, in their order."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
