"""Why a platform's API gave no answer that helps, each with what to do next."""

from __future__ import annotations

from filmroom.errors import FilmRoomError


class ClientError(FilmRoomError):
    """A question to a platform's API failed; ``site`` is its name as people know it.

    ``retryable``: the same question may be answered later, ``retry_after`` seconds from now where
    the platform said so.
    """

    code = "platform_refused"
    detail = "{site} did not take our request: test the connection, or tell staff."
    http_status = 502
    retryable = False

    def __init__(self, site: str, *, retry_after: float | None = None) -> None:
        super().__init__(values={"site": site})
        self.retry_after = retry_after


class NoCredentials(ClientError):
    code = "credentials_missing"
    detail = (
        "This connection to {site} cannot ask for recordings yet: enter what is still empty "
        "in it, then test it."
    )
    http_status = 409


class WrongCredentials(ClientError):
    code = "wrong_credentials"
    detail = "{site} does not accept this connection's credentials: enter them anew and test it."
    http_status = 409


class MissingScope(ClientError):
    code = "missing_scope"
    detail = (
        "{site} does not let this connection read recordings: give its app the scopes that the "
        "steps name, then test it."
    )
    http_status = 409


class NotThere(ClientError):
    code = "not_there"
    detail = "{site} has no such recording any more: look for it in its trash."
    http_status = 404


class RateLimited(ClientError):
    code = "rate_limited"
    detail = "{site} gets too many questions from this account at the moment: try again later."
    http_status = 503
    retryable = True


class Unavailable(ClientError):
    code = "platform_unavailable"
    detail = "{site} could not be reached or is down: try again later."
    retryable = True


class OddAnswer(ClientError):
    code = "odd_answer"
    detail = "{site} answered in a way that Film Room does not understand: tell staff."
