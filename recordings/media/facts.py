"""What is known about a recording once it was probed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self, get_args, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """Facts of one recording; None is what could not be read.

    ``container`` is a name of ``containers.CONTAINERS``; codecs have libav's names (``h264``,
    ``opus``). ``width`` and ``height`` are pixels as shown, a phone's rotation and non-square
    pixels applied. ``frame_rate`` is frames per second, ``sample_rate`` hertz.
    ``duration_is_estimate``: reckoned from bit rates, as the file does not say.
    ``truncated``: the file ends before its own structure says it should.
    """

    container: str
    mime_type: str
    duration_seconds: float | None = None
    duration_is_estimate: bool = False
    video_codec: str | None = None
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    audio_channels: int | None = None
    sample_rate: int | None = None
    truncated: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the facts as JSON-ready values, one member per field."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Return the facts ``to_json`` made. Raises ValueError on anything else."""
        names = {field.name for field in fields(cls)}
        if not isinstance(data, dict) or set(data) != names:
            raise ValueError("not media facts")
        hints = get_type_hints(cls)
        for name, value in data.items():
            allowed = get_args(hints[name]) or (hints[name],)
            if type(value) not in allowed:
                raise ValueError(f"{name} is of the wrong type")
            if isinstance(value, (int, float)) and not 0 <= value < 2**53:
                raise ValueError(f"{name} is out of range")
            if isinstance(value, str) and len(value) > 100:
                raise ValueError(f"{name} is too long")
        return cls(**data)
