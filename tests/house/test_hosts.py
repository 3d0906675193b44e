"""Pages load from this site alone, and say so: no other host, no script or style in the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
STATIC = [
    path
    for path in sorted((ROOT / "static").rglob("*"))
    if path.suffix in {".css", ".js", ".mjs", ".html", ".svg", ".json"}
    and "vendor" not in path.parts
]
# Whatever makes a browser fetch: attributes, CSS, and what scripts call.
LOADS = re.compile(
    r"""(?:\b(?:src|srcset|poster|data|action|formaction|background|ping|manifest)\s*=\s*["']?
        |<link\b[^>]*\bhref\s*=\s*["']?
        |<(?:use|image)\b[^>]*\bhref\s*=\s*["']?
        |url\(\s*["']?|@import\s+["']?
        |\b(?:fetch|import|Worker|EventSource|WebSocket|sendBeacon|open)\(\s*["'`]
        |\bfrom\s+["'])
        \s*((?:[a-z][a-z0-9+.-]*:)?//[^\s"'`)>]*)""",
    re.IGNORECASE | re.VERBOSE,
)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc\s*=)(?![^>]*type=[\"']application/json)[^>]*>|<style\b|\sstyle\s*="
    r"|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_look_at() -> None:
    assert len(TEMPLATES) > 10
    assert len(STATIC) > 3
    assert LOADS.findall("<script src='https://cdn.example/x.js'>") == ["https://cdn.example/x.js"]
    assert LOADS.findall('<link rel=stylesheet href="//cdn.example/x">') == ["//cdn.example/x"]
    assert LOADS.findall("a { background: url(http://x.example/a.png) }") == [
        "http://x.example/a.png"
    ]
    assert LOADS.findall("import x from 'https://esm.example/x'") == ["https://esm.example/x"]
    assert not LOADS.findall('<a href="https://example.com">away</a>')


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=name)
def test_nothing_loads_from_another_host(path: Path) -> None:
    assert LOADS.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=name)
def test_no_page_needs_more_than_the_policy_allows(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


def test_the_policy_names_no_host_but_the_bucket() -> None:
    allowed = {"'self'", "'none'", "data:", *settings.BUCKET_ORIGINS}

    for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        assert {str(source) for source in sources} <= allowed, name


@pytest.mark.parametrize("path", ["/accounts/login/", "/nothing", "/healthz", "/api/v1/sessions"])
def test_every_answer_carries_the_policy(db: None, path: str) -> None:
    answer = Client().get(path)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
