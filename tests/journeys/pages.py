"""The pages over plain HTTP, as a browser without scripts sends their forms."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import requests

from tests.journeys.stack import PASSWORD, Stack


class Visitor:
    """Somebody who is signed in and sends forms."""

    def __init__(self, stack: Stack, email: str = "coach@example.com") -> None:
        self._site = stack.site
        self._session = requests.Session()
        self._session.trust_env = False
        shown = self.send("/accounts/login/", {"login": email, "password": PASSWORD})
        assert "/dashboard/" in shown.url, shown.text[:2000]

    def get(self, path: str) -> requests.Response:
        """A page, redirects followed."""
        answer = self._session.get(self._site + path, timeout=30)
        assert answer.status_code == 200, answer.text[:2000]
        return answer

    def send(
        self, path: str, fields: dict[str, Any], *, to: str | None = None
    ) -> requests.Response:
        """Fill in a form of a page, send it where it belongs; the page that follows."""
        page = self._session.get(self._site + path, timeout=30)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text[:2000]
        answer = self._session.post(
            self._site + (to or path),
            data={**fields, "csrfmiddlewaretoken": token[1]},
            headers={"Referer": self._site + path},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text[:2000]
        return answer


def connect(visitor: Visitor, platform: str, **fields: Any) -> tuple[str, str]:
    """Connect a platform on its page; its webhook address and the secret that was made."""
    shown = visitor.send(f"/dashboard/coach/connections/new/{platform}", fields)
    address = re.search(r'id="webhook-address">([^<]+)<', shown.text)
    made = re.search(r'value="([^"]+)"[^>]*data-made-secret', shown.text)
    assert address, shown.text[:3000]
    return address[1], unescape(made[1]) if made else ""
