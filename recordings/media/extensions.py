"""What a file's name and announced type say about its being a recording: a hint, never a verdict.

What counts is decided by the bytes (`recordings.media.sniffing`).
"""

from __future__ import annotations

import mimetypes

from recordings.media.containers import CONTAINERS

# Further spellings of the extensions that CONTAINERS names.
_VIDEO_SPELLINGS = [".3g2", ".asf", ".f4v", ".m2ts", ".m2v", ".m4v", ".mpe", ".mpeg", ".mts"]
_VIDEO_SPELLINGS += [".ogm", ".qt", ".vob"]
_AUDIO_SPELLINGS = [".adts", ".aif", ".aifc", ".awb", ".m4b", ".mp2", ".mpga", ".oga", ".opus"]
_AUDIO_SPELLINGS += [".spx", ".wave"]
_VIDEO = frozenset(_VIDEO_SPELLINGS).union(
    container.video_extension
    for container in CONTAINERS.values()
    if not container.video_mime.startswith("audio/")
)
_AUDIO = frozenset(_AUDIO_SPELLINGS).union(
    container.audio_extension for container in CONTAINERS.values()
)
_EXTENSIONS = _VIDEO | _AUDIO
_OTHER_KINDS = ("text/", "image/", "font/", "model/", "message/")
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
    [
        *(".7z", ".apk", ".dmg", ".docx", ".exe", ".iso", ".m3u8", ".md", ".msi", ".odt", ".pptx"),
        *(".rar", ".rtf", ".sbv", ".srt", ".tar", ".vtt", ".webp", ".xlsx", ".zip"),
    ]
)
# What Python knows by itself, the same on every machine.
_TYPES = mimetypes.MimeTypes()


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
    guessed = _TYPES.guess_type(filename, strict=False)[0] or ""
    other = _extension(filename) in _OTHER_EXTENSIONS
    return other or any(_is_other(kind.lower()) for kind in (content_type, guessed))


def looks_like_audio(filename: str, content_type: str = "") -> bool:
    """Return whether a file is announced as sound without a picture."""
    if content_type.lower().startswith(("audio/", "video/")):
        return content_type.lower().startswith("audio/")
    return _extension(filename) in _AUDIO - _VIDEO


def _extension(name: str) -> str:
    _stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return f"{dot}{extension}".lower()


def _is_other(kind: str) -> bool:
    return kind.startswith((*_OTHER_KINDS, *_OTHER_TYPES))
