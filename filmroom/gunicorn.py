"""How gunicorn serves Film Room; every difference between machines is an environment variable."""

from __future__ import annotations

import os
import re
import socket
import struct
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.glogging import Logger

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

SILENCE_SECONDS = 60
# One-time keys that the account pages carry in their path.
SECRET_SEGMENT = re.compile(r"(/key/|/confirm-email/)[^/?]+")


class PathLogger(Logger):
    """Logs the path without its query, which may hold a signature or a share link's key.

    One-time keys in account paths are masked and control characters are escaped.
    """

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        path = environ.get("RAW_URI", "").partition("?")[0]
        atoms["U"] = _printable(SECRET_SEGMENT.sub(r"\1***", path))
        atoms["a"] = _printable(atoms["a"])
        return atoms


def _printable(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def post_worker_init(worker: Worker) -> None:
    """Have the kernel give up on a client that is silent, or reads nothing, for a minute.

    Accepted sockets inherit both limits. gthread itself waits for ever for the rest of a request
    line or body, and resets Python's own socket timeout with every request.
    """
    limit = struct.pack("ll", SILENCE_SECONDS, 0)  # struct timeval, socket(7)
    for listener in worker.sockets:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def when_ready(_server: Arbiter) -> None:
    """Tell the person at the terminal what the launcher wants said once pages can be opened."""
    if message := os.environ.get("READY_MESSAGE"):
        print(message, flush=True)


wsgi_app = "filmroom.wsgi"
bind = [f"{os.environ.get('BIND_HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"]  # noqa: S104
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 16
# A thread may take its time over an upload; the heartbeat comes from the worker's main thread.
timeout = 60
graceful_timeout = 25  # hosts kill 30 seconds after SIGTERM
keepalive = 5
# A file name of a thousand letters of any script, percent-encoded, fits into a query.
limit_request_line = 8190
# The heartbeat file on a memory disk: a slow disk must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
logger_class = PathLogger
accesslog = "-"
access_log_format = '%(h)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(M)sms "%(a)s"'
