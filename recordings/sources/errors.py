"""Why a link does not lead to a recording, each with the next step for this platform."""

from __future__ import annotations

from filmroom.errors import FilmRoomError


class SourceError(FilmRoomError):
    """What a platform gave instead of a recording; ``site`` is its name as people know it.

    Trying again changes nothing, so ``retryable`` is false, as on the errors of ``fetching``.
    """

    http_status = 400
    attr = "external_url"
    retryable = False
    retry_after: float | None = None
    detail = "{site} did not give us this recording; upload the file here."

    def __init__(self, site: str) -> None:
        super().__init__(values={"site": site})


class NeedsPasscode(SourceError):
    code = "needs_passcode"
    detail = (
        "{site} asks for a passcode before it shows this recording; import the link again with "
        "its passcode, or upload the file here."
    )


class PasscodeNotTaken(NeedsPasscode):
    """A passcode is asked for in a way that only a person can answer."""

    detail = (
        "{site} asks for a passcode before it shows this recording; share it without one, "
        "or download the recording and upload the file here."
    )


class WrongPasscode(SourceError):
    code = "wrong_passcode"
    detail = (
        "{site} does not take this passcode; ask the recording's owner for the right one "
        "and try again, or upload the file here."
    )


class SignInRequired(SourceError):
    code = "sign_in_required"
    detail = (
        "{site} asks for a sign-in before it shows this recording; share it with anyone who has "
        "the link, or download the recording and upload the file here."
    )


class NoAnonymousDownload(SignInRequired):
    """The platform hands out files to its own users only, whatever the link's owner allows."""

    detail = (
        "{site} gives recordings only to people who are signed in there; download the recording "
        "from {site} and upload the file here."
    )


class OnlyInTeams(SignInRequired):
    detail = (
        "{site} opens this link only for people who are signed in there; open the recording, share "
        "it from OneDrive or SharePoint with anyone who has the link, and import that link."
    )


class DownloadDisabled(SourceError):
    code = "download_disabled"
    detail = (
        "{site} says that this recording's owner does not allow downloading it; ask them to allow "
        "it, or to send you the file and upload it here."
    )


class Blocked(SourceError):
    code = "blocked"
    detail = (
        "{site} turns our server away; open the link in your own browser, download the recording "
        "and upload the file here."
    )


class ExpiredOrDeleted(SourceError):
    code = "expired_or_deleted"
    detail = (
        "{site} has no recording at this link any more; ask its owner for a new link, "
        "or upload the file here."
    )


class Waiting(SourceError):
    """What gets better by itself: tried again over a day, then it stands."""


class QuotaExceeded(Waiting):
    code = "quota"
    detail = (
        "{site} has stopped downloads of this file because too many people opened it; try again "
        "in 24 hours, or ask its owner for the file and upload it here."
    )


class StillProcessing(Waiting):
    code = "still_processing"
    detail = (
        "{site} is still preparing this recording; try again once it can be played there, "
        "or upload the file here."
    )


class FolderLink(SourceError):
    code = "folder_link"
    detail = (
        "This {site} link leads to a folder; open the folder, share the one recording in it, "
        "and import that link."
    )


class MeetingLink(SourceError):
    code = "meeting_link"
    detail = (
        "This {site} link opens the meeting room, not a recording; find the recording that was "
        "made of the meeting and share its link, or upload the file here."
    )


class NotMedia(SourceError):
    code = "not_media"
    detail = (
        "{site} shows a web page at this link instead of the recording itself; download the "
        "recording there and upload the file here."
    )


class BrokenStream(NotMedia):
    """A list of segments that is damaged, or lists nothing to see or hear."""

    detail = (
        "{site} lists the parts of this recording in a way that cannot be read; download the "
        "recording there and upload the file here."
    )
