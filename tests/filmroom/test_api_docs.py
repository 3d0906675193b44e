"""The browsable API docs under the Content-Security-Policy."""

from __future__ import annotations

import re

from django.test import Client


def test_the_docs_page_has_no_inline_script(client: Client) -> None:
    page = client.get("/api/docs")

    scripts = re.findall(r"<script[^>]*>", page.content.decode())
    assert page.status_code == 200
    assert scripts
    assert [tag for tag in scripts if "src=" not in tag] == []


def test_the_reference_has_one_language(client: Client) -> None:
    german, plain = (
        client.get("/api/schema", headers={"Accept-Language": "de"}),
        client.get("/api/schema"),
    )

    assert german.content == plain.content
    assert b"Completed" in plain.content
    assert german["Content-Language"] == "en"
