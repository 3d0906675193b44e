"""What browsers play as it is: all of Chrome, Firefox and Safari, without a setting."""

from __future__ import annotations

# https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Containers
_MP4_VIDEO = frozenset({"h264", "av1", "vp9"})
_MP4_AUDIO = frozenset({"aac", "mp3", "opus", "flac"})
_WEBM_VIDEO = frozenset({"vp8", "vp9", "av1"})
_WEBM_AUDIO = frozenset({"opus", "vorbis"})
_PCM = frozenset({"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le"})

# Container: video codecs, audio codecs, and the types to serve them as. Browsers read MOV and 3GP
# as the MP4 they nearly are, when they are called so.
_PLAYED: dict[str, tuple[frozenset[str], frozenset[str], str, str]] = {
    **dict.fromkeys(
        ("mp4", "m4a", "mov", "3gp"), (_MP4_VIDEO, _MP4_AUDIO, "video/mp4", "audio/mp4")
    ),
    "webm": (_WEBM_VIDEO, _WEBM_AUDIO, "video/webm", "audio/webm"),
    "ogg": (frozenset(), _WEBM_AUDIO, "", "audio/ogg"),
    "wav": (frozenset(), _PCM, "", "audio/wav"),
    "mp3": (frozenset(), frozenset({"mp3"}), "", "audio/mpeg"),
    "aac": (frozenset(), frozenset({"aac"}), "", "audio/aac"),
    "flac": (frozenset(), frozenset({"flac"}), "", "audio/flac"),
}


def playable_type(*, container: str, video_codec: str, audio_codec: str) -> str | None:
    """Return the MIME type under which browsers play a recording, None when they do not.

    ``container`` is a name of ``containers.CONTAINERS``, codecs are libav's names, empty where
    there is no such stream or it is not known. Without any codec nothing is promised.
    """
    if container not in _PLAYED or not (video_codec or audio_codec):
        return None
    videos, audios, video_type, audio_type = _PLAYED[container]
    if audio_codec and audio_codec not in audios:
        return None
    if not video_codec:
        return audio_type
    return video_type if video_codec in videos else None


def plays_in_mp4(codec: str) -> bool:
    """Return whether a stream of that codec plays from an MP4 without being encoded anew."""
    return codec in _MP4_VIDEO | _MP4_AUDIO
