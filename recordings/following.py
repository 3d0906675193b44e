"""From what a source names to the open answer that is the recording, past pages in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from recordings.fetching import Fetched, FetchSession, StatusError, open_url
from recordings.sources import Download, Media, Source, Web, is_manifest, is_page, media_at

MOST_FOLLOWED_PAGES = 2


@contextmanager
def open_recording(
    source: Source,
    download: Download,
    *,
    session: FetchSession,
    offset: int = 0,
    if_range: str | None = None,
) -> Iterator[Fetched]:
    """Open what ``download`` names, or what the pages it gives lead to; its body is no page.

    ``offset`` and ``if_range`` as `open_url` has them; look at the answer's own ``offset``. A
    manifest of segments is given as it is. Raises SourceError when a page or a refusal stands
    where the recording should, as ``source`` explains it; FetchError for what may get better.
    """
    for followed in range(MOST_FOLLOWED_PAGES + 1):
        with _opened(source, download, session, offset, if_range) as fetched:
            head = b"" if fetched.offset else fetched.peek()
            if fetched.offset or is_manifest(head) or not is_page(fetched.content_type, head):
                yield fetched
                return
            following = source.follow(head) if followed < MOST_FOLLOWED_PAGES else None
            if following is None:
                raise source.explain(fetched.status, fetched.url, fetched.content_type, head)
        download = following


def name_of(fetched: Fetched, file: Download) -> str:
    """What a recording is called: by its answer, else by its platform, else by its address."""
    return fetched.given_filename or file.filename_hint or fetched.filename


def read_manifest(address: str, file: Download, media: Media, web: Web) -> Media:
    """What ``media`` comes to when its ``file`` is a manifest, met at ``address`` in the end: the
    streams that it lists, and all that lies beside. Raises what `media_at` raises."""
    listed = media_at(address, web, headers=file.headers_at(address))
    return replace(
        listed,
        filename=file.filename_hint or listed.filename,
        sidecars=media.sidecars + listed.sidecars,
    )


def _opened(
    source: Source, download: Download, session: FetchSession, offset: int, if_range: str | None
) -> Fetched:
    try:
        return open_url(
            download.url,
            session=session,
            headers=download.headers,
            offset=offset,
            if_range=if_range,
        )
    except StatusError as error:
        # Without a status it was no answer that a source could read a reason from.
        if error.retryable or not error.status:
            raise
        raise source.explain(
            error.status, error.final_url, error.content_type, error.head
        ) from error
