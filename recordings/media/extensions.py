"""What a file's name and announced type say about its being a recording: a hint, never a verdict.

What counts is decided by the bytes (`recordings.media.sniffing`).
"""

from __future__ import annotations

import mimetypes

from recordings.media.containers import CONTAINERS

# Further spellings of the extensions that CONTAINERS names.
_SPELLINGS = [
    ".3g2",
    ".adts",
    ".aif",
    ".aifc",
    ".asf",
    ".awb",
    ".f4v",
    ".m2ts",
    ".m2v",
    ".m4b",
    ".m4v",
    ".mp2",
    ".mpe",
    ".mpeg",
    ".mpga",
    ".mts",
    ".oga",
    ".ogm",
    ".opus",
    ".qt",
    ".spx",
    ".vob",
    ".wave",
]
_EXTENSIONS = frozenset(_SPELLINGS).union(
    container.extension(is_video=is_video)
    for container in CONTAINERS.values()
    for is_video in (True, False)
)
_OTHER_KINDS = ("text/", "image/", "font/", "model/", "message/", "chemical/")
_OTHER_TYPES = (
    "application/epub",
    "application/gzip",
    "application/java",
    "application/json",
    "application/msword",
    "application/pdf",
    "application/rtf",
    "application/vnd.apple.mpegurl",
    "application/vnd.ms-",
    "application/vnd.oasis",
    "application/vnd.openxmlformats",
    "application/x-7z",
    "application/x-bzip",
    "application/x-gzip",
    "application/x-msdos",
    "application/x-rar",
    "application/x-sh",
    "application/x-subrip",
    "application/x-tar",
    "application/x-zip",
    "application/xml",
    "application/zip",
    "audio/midi",
    "audio/mpegurl",
    "audio/x-mpegurl",
)
_OTHER_EXTENSIONS = frozenset(
    [".7z", ".apk", ".dmg", ".exe", ".iso", ".msi", ".rar", ".sbv", ".srt", ".tar", ".vtt", ".zip"]
)


def has_media_extension(name: str) -> bool:
    """Return whether a name or key ends like that of an audio or video file."""
    return _extension(name) in _EXTENSIONS


def is_surely_no_media(filename: str, content_type: str = "") -> bool:
    """Return whether a file can be turned away before a byte of it is sent.

    Only where the extension is no recording's, and the extension or the type that a browser
    announces is that of something else; unknown ones may be recordings.
    """
    if has_media_extension(filename):
        return False
    guessed = mimetypes.guess_type(filename, strict=False)[0] or ""
    other = _extension(filename) in _OTHER_EXTENSIONS
    return other or any(_is_other(kind.lower()) for kind in (content_type, guessed))


def looks_like_audio(filename: str, content_type: str = "") -> bool:
    """Return whether a file is announced as sound without a picture."""
    announced = content_type or mimetypes.guess_type(filename, strict=False)[0] or ""
    return announced.lower().startswith("audio/")


def _extension(name: str) -> str:
    _stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return f"{dot}{extension}".lower()


def _is_other(kind: str) -> bool:
    return kind.startswith((*_OTHER_KINDS, *_OTHER_TYPES))
