"""Streams that come in segments, made into one MP4 on this machine's disk."""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings

from recordings.fetching import FetchError, FetchSession
from recordings.fetching.errors import TooLarge
from recordings.gathering import Work, gather
from recordings.media import remuxing
from recordings.sources import Media, SourceError
from recordings.sources.errors import BrokenStream

logger = structlog.get_logger(__name__)

# Disk space that an import leaves to others.
ROOM_FOR_OTHERS_BYTES = 512 * 1024 * 1024
TEMPORARY_PREFIX = "filmroom-import-"
# Longer than any import goes on.
FORGOTTEN_SECONDS = 24 * 3600
NO_ROOM_SECONDS = 600.0
_MOST_STREAMS = 2
_FULL_DISK = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class NoRoom(FetchError):
    """The disk of this machine is full: for now."""

    code = "no_room"
    detail = (
        "There is not enough disk space on the server to put this recording together: try again "
        "later, and tell staff if that fails."
    )
    http_status = 507
    retryable = True
    retry_after = NO_ROOM_SECONDS


class NotJoined(FetchError):
    """Joining the tracks went wrong here."""

    code = "not_joined"
    detail = (
        "The parts of this recording could not be put together: try again, or download the "
        "recording and upload the file here."
    )
    http_status = 503
    retryable = True


class UnsupportedCodec(SourceError):
    code = "unsupported_codec"
    http_status = 415
    detail = (
        "{site} plays this recording in a format that does not fit into an MP4; download the "
        "recording there and upload the file here."
    )


@contextmanager
def assemble(
    media: Media,
    *,
    site: str,
    session: FetchSession,
    check: Callable[[], None],
    on_bytes: Callable[[int], None],
) -> Iterator[IO[bytes]]:
    """Fetch all streams of ``media`` and give the finished MP4, open at its start.

    ``check`` is called about every second, also while nothing comes, and what it raises ends the
    work; ``on_bytes`` gets the bytes fetched so far, all streams together. Nothing is left on the
    disk afterwards. Raises SourceError kinds for streams that give no recording of ``site``,
    FetchError kinds (NoRoom among them) for what may get better.
    """
    if not 0 < len(media.streams) <= _MOST_STREAMS:
        raise BrokenStream(site)
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir())
    _remove_forgotten(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=TEMPORARY_PREFIX) as name:
        work = Work(
            site=site, session=session, limit=_limit(folder), check=check, on_bytes=on_bytes
        )
        tracks = [Path(name) / f"track-{number}" for number in range(len(media.streams))]
        try:
            for stream, track in zip(media.streams, tracks, strict=True):
                with track.open("wb") as target:
                    gather(stream, target, work)
            finished = _joined(tracks, Path(name) / "recording.mp4", site=site, check=check)
        except TooLarge:
            if work.limit < settings.MAX_UPLOAD_BYTES:
                logger.warning("no_room_for_streams", limit=work.limit)
                raise NoRoom from None
            raise
        except OSError as error:
            if error.errno in _FULL_DISK:
                raise NoRoom from error
            raise
        with finished.open("rb") as file:
            yield file


def _limit(folder: Path) -> int:
    """The bytes that all tracks may take: the MP4 that comes of them lies beside them for a while.

    Raises NoRoom.
    """
    free = shutil.disk_usage(folder).free - ROOM_FOR_OTHERS_BYTES
    most = (free - remuxing.room_for(0)) // 2
    if most <= 0:
        logger.warning("no_room_for_streams", free=free)
        raise NoRoom
    return min(most, settings.MAX_UPLOAD_BYTES)


def _joined(tracks: list[Path], target: Path, *, site: str, check: Callable[[], None]) -> Path:
    try:
        remuxing.remux(tracks, target, check=check)
    except remuxing.NoRoom:
        raise NoRoom from None
    except remuxing.CodecNotCarried as error:
        raise UnsupportedCodec(site) from error
    except remuxing.TracksUnreadable as error:
        raise BrokenStream(site) from error
    except remuxing.RemuxFailed as error:
        raise NotJoined from error
    for track in tracks:
        track.unlink()
    return target


def _remove_forgotten(folder: Path) -> None:
    """Remove what killed workers left on the disk."""
    oldest = time.time() - FORGOTTEN_SECONDS
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        # Another worker may be removing it as well.
        with contextlib.suppress(FileNotFoundError):
            if path.is_dir() and path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)
