"""JSON in and out: strict about what comes in, fast about what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from filmroom.errors import BodyTooLarge


def contains_nul(value: Any) -> bool:
    """Whether a NUL stands anywhere in parsed JSON. PostgreSQL stores none in text."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if "\x00" in item:
                return True
        elif isinstance(item, dict):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


class StrictJSONParser(BaseParser):
    """RFC 8259 JSON; refuses with 400 what would only fail further in.

    orjson refuses lone surrogates, NaN and deep nesting, each of which stock DRF answers with a
    500 or stores.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if not isinstance(data, dict):
            raise ParseError(_("The body must be a JSON object."))
        if contains_nul(data):
            raise ValidationError(
                ErrorDetail(
                    _("Take the NUL character out of the text."), "null_characters_not_allowed"
                )
            )
        return data


class ORJSONRenderer(BaseRenderer):
    """JSON with times in RFC 3339, UTC as ``Z``."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return dump(data)


def dump(data: Any) -> bytes:
    """Return ``data`` as JSON bytes; lazy translations become text, aware times UTC with ``Z``."""
    return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)
