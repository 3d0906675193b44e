"""HLS playlists and DASH manifests: told by their bytes, and read for the best streams in them."""

from __future__ import annotations

from collections.abc import Mapping

from recordings.sources.source import Media, Web


def media_of_manifest(
    url: str,
    head: bytes,
    content_type: str,
    web: Web,
    *,
    headers: Mapping[str, str] | None = None,
    query: str = "",
) -> Media | None:
    """What the manifest at ``url`` (the final address) offers at its best, None when it is none.

    ``head`` are its first bytes; the rest is asked for anew, with ``headers``. ``query`` is what
    signed addresses need on every segment too. Raises StillProcessing for a live stream,
    DownloadDisabled for a protected one, NotMedia for one without audio and video, FetchError.
    """
    raise NotImplementedError
