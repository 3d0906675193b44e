"""Where the embedded broker and bucket live, and the secrets made for a machine that has none.

Nothing here imports Django: the settings call these functions while they are being read.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import quote

# sun_path holds 104 bytes on macOS and 108 on Linux, the closing NUL included (unix(7)).
SOCKET_PATH_BYTES = 100


def secret(data_dir: Path, name: str) -> str:
    """Return the secret called ``name`` that belongs to ``data_dir``, made at the first call.

    64 hexadecimal digits (256 bits) in ``data_dir/secrets/name``, readable by its owner only.
    Processes that ask at the same time get the same answer.
    Raises OSError when ``data_dir`` cannot be written or the file cannot be read.
    """
    path = data_dir / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, secrets.token_hex(32))
    return path.read_text(encoding="ascii")


def _write_once(path: Path, text: str) -> None:
    """Put ``text`` into ``path`` whole, unless another process was first."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp: mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def broker_socket(data_dir: Path) -> Path:
    """Return the absolute path of the embedded broker's unix socket.

    It lies in ``data_dir``; where that path is too long for a socket, in a private folder of the
    system's temporary directory whose name follows from ``data_dir`` and the user.
    """
    home = data_dir.resolve()
    path = home / "broker" / "broker.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
        return path
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    folder = f"filmroom-{os.getuid()}-{digest}"
    short = Path(tempfile.gettempdir()) / folder / "broker.sock"
    if len(os.fsencode(short)) <= SOCKET_PATH_BYTES:
        return short
    return Path("/tmp") / folder / "broker.sock"  # noqa: S108  the name is private to the user


def broker_url(data_dir: Path) -> str:
    """Return the embedded broker's address as kombu spells it (database 0)."""
    return f"redis+socket://{quote(str(broker_socket(data_dir)))}?virtual_host=0"


def cache_url(data_dir: Path) -> str:
    """Return the cache's address on the embedded broker as redis-py spells it (database 1)."""
    return f"unix://{quote(str(broker_socket(data_dir)))}?db=1"


def bucket_endpoint(port: int) -> str:
    """Return the embedded bucket's S3 endpoint on loopback ``port``."""
    return f"http://127.0.0.1:{port}"
