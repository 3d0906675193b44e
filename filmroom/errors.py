"""The one kind of error that rooms raise, and that doors translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from filmroom.sentences import fill, sentence, told_with


class FilmRoomError(Exception):
    """Something a person or an integration asked for that cannot be done.

    ``code`` is stable and machine-readable, ``detail`` is one English sentence that says what to
    do, ``http_status`` is what an HTTP door answers, ``attr`` names the field at fault (or None),
    ``headers`` go with an HTTP answer (``Retry-After``).
    Subclasses set the class attributes; a raiser may replace any of them. ``values`` fill the
    ``{names}`` in the sentence. Doors show `told`, rows keep ``detail``.
    """

    code: str = "error"
    detail: str = "Something went wrong."
    http_status: int = 400
    attr: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        sentence(cls.detail)

    def __init__(
        self,
        detail: str | None = None,
        *,
        values: Mapping[str, Any] | None = None,
        code: str | None = None,
        http_status: int | None = None,
        attr: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._template = detail or type(self).detail
        self._values = dict(values or {})
        self.detail = fill(self._template, self._values)
        self.code = code or type(self).code
        self.http_status = http_status or type(self).http_status
        self.attr = attr or type(self).attr
        self.headers = dict(headers or {})
        super().__init__(f"{self.code}: {self.detail}")

    def told(self) -> str:
        """Return the sentence in the active language."""
        return told_with(self._template, self._values)


class BodyTooLarge(FilmRoomError):
    code = "too_large"
    detail = "This request is too large: send less at once."
    http_status = 413


class LengthRequired(FilmRoomError):
    code = "length_required"
    detail = "Send the body with a Content-Length: chunked bodies are not read here."
    http_status = 411
