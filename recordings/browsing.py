"""The guarded way to a platform that sources are handed: `recordings.sources.Web`, done."""

from __future__ import annotations

from collections.abc import Mapping

from recordings.fetching import Answer, FetchSession, ask, form
from recordings.fetching.asking import FORM


class Browser:
    """Small questions to one platform within one `FetchSession`, whose cookies they share."""

    def __init__(self, session: FetchSession) -> None:
        self.session = session

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """GET, redirects followed. Raises FetchError for what is no answer at all."""
        return ask("GET", url, session=self.session, headers=headers)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int,
    ) -> Answer:
        """Any request of a library's own; ``body`` goes with the Content-Type in ``headers``.

        Raises FetchError.
        """
        named = {name.lower(): value for name, value in (headers or {}).items()}
        return ask(
            method,
            url,
            session=self.session,
            headers=headers,
            body=body,
            content_type=named.get("content-type", FORM),
            max_bytes=max_bytes,
        )

    def post(
        self, url: str, *, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """POST of a form's fields. Raises FetchError."""
        return ask("POST", url, session=self.session, headers=headers, body=form(fields))
