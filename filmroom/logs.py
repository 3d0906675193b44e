"""Logs to stdout: one event a line, control characters escaped, no secret in it.

A management command logs to stderr: its stdout is its answer.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# Query strings of signed URLs, bearer tokens and passcodes never reach a log line.
_SECRETS = re.compile(
    r"(?i)((?:X-Amz-[A-Za-z-]+|AWSAccessKeyId|Signature|token|passcode|password|pwd)=)[^&\s\"']+"
    r"|(bearer\s+)[A-Za-z0-9._~+/=-]+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def scrub(text: str) -> str:
    """Return ``text`` with secrets replaced and control characters escaped."""
    text = _SECRETS.sub(lambda match: (match.group(1) or match.group(2)) + "…", text)
    return _CONTROL.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


def _scrub_event(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str) and key != "exception":
            event[key] = scrub(value)
        elif key == "exception" and isinstance(value, str):
            event[key] = "\n".join(scrub(line) for line in value.split("\n"))
    return event


def configure(config: dict[str, Any]) -> None:
    """Set up logging from ``{"level": name, "as_json": bool}``; Django calls it once."""
    is_command = Path(sys.argv[0]).name == "manage.py"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        _scrub_event,
    ]
    last = (
        structlog.processors.JSONRenderer()
        if config["as_json"]
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=30)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        last,
                    ],
                }
            },
            "handlers": {
                "lines": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stderr" if is_command else "ext://sys.stdout",
                    "formatter": "line",
                }
            },
            "root": {"handlers": ["lines"], "level": config["level"]},
            "loggers": {
                # Django has given this one a console and a mail handler of its own by now.
                "django": {"handlers": [], "level": "INFO"},
                "django.server": {"handlers": ["lines"], "propagate": False},
                # One line a request comes from gunicorn; these would repeat URLs with signatures.
                "urllib3": {"level": "ERROR"},
                "botocore": {"level": "WARNING"},
                "boto3": {"level": "WARNING"},
                "s3transfer": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
