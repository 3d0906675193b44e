"""What can go wrong when a link is fetched, each with the sentence a coach reads.

No sentence holds an address, a host name or anything the other side sent.
"""

from __future__ import annotations

from filmroom.errors import FilmRoomError

# One sentence for refused, closed and filtered addresses, so that an import tells nobody
# what listens inside our network.
_UNREACHABLE = (
    "We could not reach this link from the internet; check that it opens in a private browser "
    "window, or download the recording and upload the file here."
)


class FetchError(FilmRoomError):
    """A link that could not be fetched.

    ``retryable`` says whether the same request may succeed later, ``retry_after`` is the number
    of seconds the other side asked us to wait (None when it did not say).
    """

    code = "fetch_failed"
    detail = _UNREACHABLE
    http_status = 400
    attr = "external_url"
    retryable = False
    retry_after: float | None = None


class InvalidUrl(FetchError):
    code = "invalid_url"
    detail = "This is not a complete web address; copy the whole link, starting with https://."


class UnsupportedScheme(FetchError):
    code = "unsupported_scheme"
    detail = "Only links that start with https:// or http:// can be imported; copy the web link."


class BlockedAddress(FetchError):
    code = "blocked_address"
    detail = _UNREACHABLE


class Unreachable(FetchError):
    code = "unreachable"
    detail = _UNREACHABLE
    http_status = 502
    retryable = True


class TimedOut(FetchError):
    code = "timed_out"
    detail = (
        "The site took too long to answer; try again later, "
        "or download the recording and upload the file here."
    )
    http_status = 504
    retryable = True


class TooSlow(FetchError):
    code = "too_slow"
    detail = (
        "The site sent the recording too slowly; try again later, "
        "or download the recording and upload the file here."
    )
    http_status = 504
    retryable = True


class TooManyRedirects(FetchError):
    code = "too_many_redirects"
    detail = (
        "This link forwards too many times; open it in a browser and copy the final address, "
        "or download the recording and upload the file here."
    )


class TruncatedBody(FetchError):
    code = "truncated"
    detail = (
        "The connection ended before the whole recording had arrived; try again, "
        "or download the recording and upload the file here."
    )
    http_status = 502
    retryable = True


class TooLarge(FetchError):
    code = "too_large"
    detail = "This recording is larger than the limit; export a smaller version and import that."
    http_status = 413


class Aborted(FetchError):
    code = "aborted"
    detail = "The import was cancelled; start it again when you want the recording."


class StatusError(FetchError):
    """The site answered, but not with a file.

    ``status`` is its HTTP status, ``final_url`` the address that gave it, ``content_type`` and
    ``head`` (at most 64 KiB) what came with it: for ``sources`` to name the cause, never to be
    shown or logged.
    """

    status: int = 0
    final_url: str = ""
    content_type: str = ""
    head: bytes = b""


class SignInRequired(StatusError):
    code = "sign_in_required"
    detail = (
        "This link asks for a sign-in; share the recording with anyone who has the link, "
        "or download it and upload the file here."
    )


class ExpiredOrDeleted(StatusError):
    code = "expired_or_deleted"
    detail = (
        "There is no recording at this link any more; ask its owner for a new link, "
        "or upload the file here."
    )


class SourceUnavailable(StatusError):
    code = "source_unavailable"
    detail = (
        "The site is busy or down at the moment; try again later, "
        "or download the recording and upload the file here."
    )
    http_status = 502
    retryable = True


class SourceRefused(StatusError):
    code = "source_refused"
    detail = (
        "The site did not hand out a file at this link; "
        "download the recording in a browser and upload the file here."
    )
    http_status = 502
