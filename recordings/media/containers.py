"""The containers Film Room takes as recordings, and how each is named on the outside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Container:
    """One container format.

    ``demuxer`` is libav's name for the only reader that may open it.
    MIME types are those that browsers and S3 tools send for the format.
    """

    name: str
    demuxer: str
    video_mime: str
    audio_mime: str
    video_extension: str
    audio_extension: str

    def mime_type(self, *, is_video: bool) -> str:
        """Return the MIME type for a file of this container with or without a picture."""
        return self.video_mime if is_video else self.audio_mime

    def extension(self, *, is_video: bool) -> str:
        """Return the usual file extension, with its dot."""
        return self.video_extension if is_video else self.audio_extension


CONTAINERS: dict[str, Container] = {
    container.name: container
    for container in (
        Container("mp4", "mov", "video/mp4", "audio/mp4", ".mp4", ".m4a"),
        Container("m4a", "mov", "video/mp4", "audio/mp4", ".mp4", ".m4a"),
        Container("mov", "mov", "video/quicktime", "video/quicktime", ".mov", ".mov"),
        Container("3gp", "mov", "video/3gpp", "audio/3gpp", ".3gp", ".3gp"),
        Container("webm", "matroska", "video/webm", "audio/webm", ".webm", ".webm"),
        Container("matroska", "matroska", "video/x-matroska", "audio/x-matroska", ".mkv", ".mka"),
        Container("wav", "wav", "audio/wav", "audio/wav", ".wav", ".wav"),
        Container("avi", "avi", "video/x-msvideo", "video/x-msvideo", ".avi", ".avi"),
        Container("ogg", "ogg", "video/ogg", "audio/ogg", ".ogv", ".ogg"),
        Container("flac", "flac", "audio/flac", "audio/flac", ".flac", ".flac"),
        Container("mp3", "mp3", "audio/mpeg", "audio/mpeg", ".mp3", ".mp3"),
        Container("aac", "aac", "audio/aac", "audio/aac", ".aac", ".aac"),
        Container("aiff", "aiff", "audio/aiff", "audio/aiff", ".aiff", ".aiff"),
        Container("amr", "amr", "audio/amr", "audio/amr", ".amr", ".amr"),
        Container("caf", "caf", "audio/x-caf", "audio/x-caf", ".caf", ".caf"),
        Container("asf", "asf", "video/x-ms-wmv", "audio/x-ms-wma", ".wmv", ".wma"),
        Container("flv", "flv", "video/x-flv", "audio/x-flv", ".flv", ".flv"),
        Container("mpeg-ps", "mpeg", "video/mpeg", "audio/mpeg", ".mpg", ".mpg"),
        Container("mpeg-ts", "mpegts", "video/mp2t", "video/mp2t", ".ts", ".ts"),
    )
}
