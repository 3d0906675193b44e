"""Which file of an announced recording is fetched, and what lies beside it. Plain values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlsplit

from integrations.news import AnnouncedFile, FileKind

# What a coach looks at: the shared screen with whoever speaks. Zoom adds "(CC)" to some.
BEST_VIEW = "shared_screen_with_speaker_view"
MEDIA = (FileKind.VIDEO, FileKind.AUDIO)
BESIDE = (FileKind.TRANSCRIPT, FileKind.CAPTIONS, FileKind.CHAT)
_NAMES = frozenset(field.name for field in fields(AnnouncedFile))


def best(files: Iterable[AnnouncedFile]) -> AnnouncedFile | None:
    """Return the file to fetch, of those that are ready: the shared screen with the speaker, else
    the largest video, else the largest audio; None when there is none.

    A meeting whose recording was stopped and begun again has several files of each view: the
    largest is the one that holds most of it.
    """
    ready = [file for file in files if file.kind in MEDIA and file.is_ready and file.url]
    return min(ready, key=_rank, default=None)


def parts(files: Iterable[AnnouncedFile], chosen: AnnouncedFile) -> int:
    """Return in how many parts the platform has what ``chosen`` shows, itself included."""
    return sum(file.kind == chosen.kind and file.view == chosen.view for file in files)


def is_whole(files: Iterable[AnnouncedFile]) -> bool:
    """Whether everything to watch or hear is ready, so that waiting brings nothing better."""
    return all(file.is_ready and file.url for file in files if file.kind in MEDIA)


def beside(files: Iterable[AnnouncedFile]) -> list[AnnouncedFile]:
    """Return the transcripts, captions and chats that can be had now."""
    return [
        file
        for file in files
        if file.kind in BESIDE and (file.text or (file.is_ready and file.url))
    ]


def _rank(file: AnnouncedFile) -> tuple[bool, bool, int, str]:
    return (
        file.kind != FileKind.VIDEO,
        not file.view.startswith(BEST_VIEW),
        -(file.size_bytes or 0),
        file.id,
    )


def name_of(file: AnnouncedFile, title: str) -> str:
    """Return a name for the file: the recording's title, and what the file is by its extension."""
    extension = file.extension or urlsplit(file.url).path.rpartition(".")[2].lower()
    usual = {FileKind.VIDEO: "mp4", FileKind.AUDIO: "m4a", FileKind.CHAT: "txt"}
    if not extension.isalnum() or len(extension) > 4:
        extension = usual.get(file.kind, "vtt")
    stem = " ".join(title.replace("/", " ").split())[:150] or "recording"
    return f"{stem}.{extension}" if file.kind in MEDIA else f"{stem} {file.kind}.{extension}"


def as_rows(files: Iterable[AnnouncedFile]) -> list[dict[str, Any]]:
    """Return the files as a row keeps them."""
    return [asdict(file) for file in files]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[AnnouncedFile]:
    """Return the files that a row keeps."""
    return [
        AnnouncedFile(
            **{name: value for name, value in row.items() if name in _NAMES}
            | {"kind": FileKind(row["kind"])}
        )
        for row in rows
    ]


def merged(
    kept: Sequence[AnnouncedFile], told: Iterable[AnnouncedFile], *, is_newest: bool = False
) -> list[AnnouncedFile]:
    """Return the files of both, one of each id, by id; of two of one id what says more.

    What is ready counts more than what is not yet; else the larger one is the later one, unless
    what is told is known to be the newest. Nothing that only one of the two knows is lost.
    """
    found = {(file.kind, file.id): file for file in kept}
    for file in told:
        earlier = found.get((file.kind, file.id))
        if earlier is not None:
            wins = _says_more(file, earlier, is_newest=is_newest)
            found[file.kind, file.id] = _merge(file, earlier) if wins else _merge(earlier, file)
        else:
            found[file.kind, file.id] = file
    return sorted(found.values(), key=lambda file: (file.kind, file.id))


def _says_more(told: AnnouncedFile, kept: AnnouncedFile, *, is_newest: bool) -> bool:
    told_ready, kept_ready = (
        file.is_ready and bool(file.url or file.text) for file in (told, kept)
    )
    if told_ready != kept_ready:
        return told_ready
    return is_newest or (told.size_bytes or 0) >= (kept.size_bytes or 0)


def _merge(better: AnnouncedFile, other: AnnouncedFile) -> AnnouncedFile:
    return AnnouncedFile(
        id=better.id,
        kind=better.kind,
        url=better.url or other.url,
        extension=better.extension or other.extension,
        view=better.view or other.view,
        size_bytes=better.size_bytes or other.size_bytes,
        language=better.language or other.language,
        is_ready=better.is_ready or other.is_ready,
        text=better.text or other.text,
    )
