"""The entry point for gunicorn."""

from __future__ import annotations

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filmroom.settings")


class Utf8Request(WSGIRequest):
    """A request whose text is UTF-8, whatever charset it names.

    Django takes any codec of Python's: ``hex`` ends in an unhandled LookupError before the first
    middleware, and ``utf-7`` brings lone surrogates in, which no database stores.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )


class Utf8Handler(WSGIHandler):
    request_class = Utf8Request


django.setup(set_prefix=False)
application = Utf8Handler()
