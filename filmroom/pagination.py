"""Lists answer count, next, previous and results, by limit and offset."""

from __future__ import annotations

from rest_framework.pagination import LimitOffsetPagination

LARGEST_OFFSET = 2**31 - 1


class LimitOffset(LimitOffsetPagination):
    """``limit`` 50 unless told, at most 500; odd values fall back to the defaults."""

    default_limit = 50
    max_limit = 500

    def get_offset(self, request) -> int:  # type: ignore[no-untyped-def]
        return min(super().get_offset(request), LARGEST_OFFSET)
