"""What the uploader needs to know of the page: limits, addresses, and its words in the language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

API = "/api/v1"
UPPY = "vendor/uppy-5.2.4/uppy.min.mjs"


def uploader_config(request: HttpRequest) -> dict[str, Any]:
    """Return what static/js/upload/ reads from the page, as JSON can hold it."""
    return {
        "api": API,
        "csrfToken": get_token(request),
        "uppy": static(UPPY),
        "icons": static("img/icons.svg"),
        "sessions": reverse("recordings").removesuffix("recordings") + "sessions/",
        "maxBytes": settings.MAX_UPLOAD_BYTES,
        "locale": _locale(),
        "timeZone": timezone.get_current_timezone_name(),
        "words": _words(),
    }


def _locale() -> str:
    """The language by whose habits a browser writes times and sizes as our templates do."""
    language = get_language() or "en"
    return "en-GB" if language == "en" else language


def _words() -> dict[str, Any]:
    """Sentences by name; ``{name}`` stands for a value, a list of two for one and for several."""
    limit = filesizeformat(settings.MAX_UPLOAD_BYTES)
    return {
        "upload": _counted(lambda n: ngettext("Upload {count} file", "Upload {count} files", n)),
        "matching": _("Looking for the sessions…"),
        "matched": _counted(
            lambda n: ngettext(
                "{count} file, {ready} with a session.", "{count} files, {ready} with a session.", n
            )
        ),
        "started": _counted(
            lambda n: ngettext("{count} upload has started.", "{count} uploads have started.", n)
        ),
        "removed": _("{name} is taken off the list."),
        "sureness": {
            "certain": _("Certain"),
            "likely": _("Likely"),
            "possible": _("Possible"),
            "chosen": _("Your choice"),
            "resumed": _("Goes on"),
            "fresh": _("New session"),
            "none": _("No session yet"),
        },
        "resumes": _("{percent} is in the bucket already: only the rest is sent."),
        "chooseSession": _("Choose a session, or create one from this file."),
        "createSession": _("Create a new session “{title}”"),
        "noMatch": _("The sessions could not be looked up: choose them yourself, or try again."),
        "found": _counted(lambda n: ngettext("{count} session", "{count} sessions", n)),
        "hasRecording": _("has a recording"),
        "shared": _(
            "Several files go to this session: the one that arrives last is its recording."
        ),
        "problems": {
            "too_large": _(
                "This file is larger than {limit}, the most that fits here: split or compress it."
            ).format(limit=limit),
            "empty_file": _("This file is empty: choose the recording itself."),
            "not_media": _("This is no recording: choose an audio or video file."),
            "under_way": _("This file is being sent already."),
            "unreadable": _("This file cannot be read: choose it again."),
            "session_gone": _("This session does not exist any more: choose another one."),
            "file_gone": _("This file was moved or changed: choose it again."),
            "other_file": _("That is another file: choose {name}, {size}."),
            "fresh": _("A new session needs a title, a time and its minutes."),
            "unknown": _("The upload did not get through: check the connection and try again."),
        },
        "states": {
            "waiting": _("Waiting its turn"),
            "sending": _("Uploading"),
            "finishing": _("Being checked"),
            "paused": _("Paused"),
            "failed": _("Failed"),
            "done": _("Stored"),
            "trouble": _("No connection, trying again"),
            "unfinished": _("Unfinished"),
        },
        "progress": _("{percent} · {done} of {total}"),
        "timeLeft": _("{time} left"),
        "perSecond": _("{size}/s"),
        "said": {
            "done": _("{name} is stored."),
            "failed": _("{name}: {problem}"),
            "cancelled": _("The upload of {name} is cancelled."),
            "allDone": _counted(
                lambda n: ngettext("{count} upload is through.", "{count} uploads are through.", n)
            ),
        },
        "summary": {
            "sending": _counted(
                lambda n: ngettext("Uploading {count} file", "Uploading {count} files", n)
            ),
            "paused": _counted(
                lambda n: ngettext("{count} upload is paused", "{count} uploads are paused", n)
            ),
            "done": _counted(
                lambda n: ngettext("{count} file is stored", "{count} files are stored", n)
            ),
            "failed": _counted(
                lambda n: ngettext("{count} upload failed", "{count} uploads failed", n)
            ),
            "unfinished": _counted(
                lambda n: ngettext("{count} unfinished upload", "{count} unfinished uploads", n)
            ),
        },
        "inBucket": _("{percent} is in the bucket. Choose the file again to go on."),
        "actions": {
            "pause": _("Pause {name}"),
            "resume": _("Resume {name}"),
            "retry": _("Try {name} again"),
            "cancel": _("Cancel {name}"),
            "remove": _("Take {name} off the list"),
            "choose": _("Choose the file {name}"),
            "giveUp": _("Give {name} up"),
            "session": _("Session of {name}"),
        },
    }


def _counted(said_of: Callable[[int], str]) -> list[str]:
    return [said_of(1), said_of(2)]
