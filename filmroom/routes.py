"""How API addresses are written: without a trailing slash, and the same with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, re_path

UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"


def route(pattern: str, view: Callable[..., Any], name: str) -> URLPattern:
    """Return the URL pattern of ``pattern``; ``<name>`` in it stands for a UUID called that."""
    expression = pattern.replace("<", "(?P<").replace(">", f">{UUID})")
    return re_path(rf"^{expression}/?$", view, name=name)
