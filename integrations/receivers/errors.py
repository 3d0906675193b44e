"""Why a request to a receiver is refused, and why a genuine one comes to nothing."""

from __future__ import annotations

from filmroom.errors import FilmRoomError


class Refused(FilmRoomError):
    """A request that is not taken: what is answered, and kept as its outcome."""

    code = "refused"
    detail = "This request is not taken."


class BadSignature(Refused):
    code = "bad_signature"
    detail = "The signature does not fit: sign the exact bytes with the connection's secret."
    http_status = 401


class Stale(Refused):
    code = "stale"
    detail = "This request was signed too long ago: send it again, or set the sender's clock."
    http_status = 401


class NotJson(Refused):
    code = "not_json"
    detail = "The body is no JSON object: send it as the platform writes it."
    http_status = 400


class BadChallenge(Refused):
    code = "bad_challenge"
    detail = "This is no token that the platform asks with: validate the address there again."
    http_status = 400


class Unreadable(FilmRoomError):
    """A genuine request that lacks what it is about."""

    code = "unreadable"
    detail = "The request does not say what it is about: tell staff which platform sent it."


class NothingToDo(FilmRoomError):
    """A genuine request that asks nothing of us."""

    code = "nothing_to_do"
    detail = "This kind of news changes nothing here."
