"""The strip of thumbnails as players read it: a WebVTT metadata track with a picture per cue."""

from __future__ import annotations

from collections.abc import Iterator

from recordings.playback import Thumbnails


def as_webvtt(thumbnails: Thumbnails, duration_seconds: float | None) -> str:
    """Return a WebVTT file whose cues name the tile of each stretch of the recording.

    Each cue is the sprite's URL with a spatial media fragment in pixels; the last one lasts until
    ``duration_seconds`` where that is known. https://www.w3.org/TR/media-frags/#naming-space
    """
    return "\n\n".join(["WEBVTT", *_cues(thumbnails, duration_seconds)]) + "\n"


def _cues(thumbnails: Thumbnails, duration_seconds: float | None) -> Iterator[str]:
    width, height = thumbnails.tile_width, thumbnails.tile_height
    for tile in range(thumbnails.count):
        start = tile * thumbnails.interval_seconds
        end = start + thumbnails.interval_seconds
        if tile == thumbnails.count - 1 and duration_seconds:
            end = max(duration_seconds, start + 0.001)
        row, column = divmod(tile, thumbnails.columns)
        place = f"{column * width},{row * height},{width},{height}"
        yield f"{_timestamp(start)} --> {_timestamp(end)}\n{thumbnails.url}#xywh={place}"


def _timestamp(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
