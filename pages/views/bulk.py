"""What is done with many sessions at once: each row for itself, and an outcome for all together."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.ids import as_uuid
from pages.listing import MOST_AT_ONCE, Listing
from pages.spreadsheets import as_text_cell, csv_file
from pages.toasts import UNDO_SECONDS, answer_with_toast
from pages.views.access import coach_page, own_sessions, person_of
from recordings import imports, playback, removal, storage, sync, tasks
from recordings.errors import DeletionQueued, NoRecording, UploadInProgress
from recordings.models import ACTIVE_STATUSES, SessionUpload, SyncRun
from sessions_app.models import Session, UploadStatus

# Each link asks the bucket whether its file is there.
MOST_LINKS = 100
# A request has to end before a server's patience does.
LONGEST_SECONDS = 20


@dataclass
class Outcome:
    """How each session fared: done, refused with an error, or not reached in time."""

    done: list[Session] = field(default_factory=list)
    refused: list[tuple[Session, FilmRoomError]] = field(default_factory=list)
    left: list[Session] = field(default_factory=list)

    def refusals(self) -> list[str]:
        """Return one sentence for each kind of refusal, and one for what was not reached."""
        count = Counter(error.code for _session, error in self.refused)
        errors = {error.code: error for _session, error in self.refused}
        lines = [_refusal(errors[code], number) for code, number in count.items()]
        if self.left:
            lines.append(
                ngettext(
                    "%(count)s was not reached in time: choose it again.",
                    "%(count)s were not reached in time: choose them again.",
                    len(self.left),
                )
                % {"count": len(self.left)}
            )
        return lines


def _refusal(error: FilmRoomError, count: int) -> str:
    if isinstance(error, UploadInProgress):
        sentence = ngettext(
            "%(count)s has an upload under way and stays.",
            "%(count)s have an upload under way and stay.",
            count,
        )
    elif isinstance(error, NoRecording):
        sentence = ngettext("%(count)s has no recording.", "%(count)s have no recording.", count)
    else:
        return f"{count}: {error.told()}"
    return sentence % {"count": count}


def _each(sessions: Iterable[Session], act: Callable[[Session], object]) -> Outcome:
    outcome = Outcome()
    end = time.monotonic() + LONGEST_SECONDS
    for session in sessions:
        if time.monotonic() > end:
            outcome.left.append(session)
            continue
        try:
            act(session)
        except FilmRoomError as error:
            outcome.refused.append((session, error))
        else:
            outcome.done.append(session)
    return outcome


def chosen_sessions(request: HttpRequest, most: int = MOST_AT_ONCE) -> list[Session]:
    """Return what the form has chosen, at most ``most``, among the sessions the person may see.

    ``only`` is one row's own button, ``all`` means all that fit ``view``, a query string of the
    table; else ``id`` names them. What is no id, nobody's or another coach's is not among them.
    """
    everything = own_sessions(request)
    if request.POST.get("all") and "only" not in request.POST:
        listing = Listing(QueryDict(request.POST.get("view", "")), everything)
        # A filter that cannot be read would let everything through.
        return [] if listing.form.errors else list(listing.sessions[:most])
    named = request.POST.getlist("only") or request.POST.getlist("id")
    ids = [pk for pk in map(as_uuid, named) if pk]
    return list(everything.filter(pk__in=ids[:most]).order_by("-scheduled_at", "-id"))


def _nothing_chosen(request: HttpRequest) -> HttpResponse:
    return answer_with_toast(request, [_("Choose sessions first.")], is_good=False)


@require_POST
@coach_page
@never_cache
def delete(request: HttpRequest) -> HttpResponse:
    """Say what will be lost; with ``sure``, delete it and offer the way back."""
    sessions = chosen_sessions(request)
    if not sessions:
        return _nothing_chosen(request)
    if "sure" not in request.POST:
        return _show(request, "delete", _loss(sessions))
    user = person_of(request)
    restorable = {upload.session_id for upload in _lost(sessions) if removal.can_restore(upload)}
    outcome = _each(sessions, lambda each: removal.delete_recording(session=each, by=user))
    queued = [each for each, error in outcome.refused if isinstance(error, DeletionQueued)]
    gone = [*outcome.done, *queued]
    done = len(outcome.done)
    said = ngettext("%(count)s recording deleted.", "%(count)s recordings deleted.", done)
    return answer_with_toast(
        request,
        [said % {"count": done}, *outcome.refusals()],
        changed=[each.pk for each in sessions],
        undo=[each.pk for each in gone if each.pk in restorable],
        is_good=not outcome.refused,
    )


def _lost(sessions: list[Session]) -> list[SessionUpload]:
    """Return the uploads that a deletion would remove, with their sessions."""
    return list(
        SessionUpload.objects.filter(session__in=sessions, status__in=removal.REMOVABLE)
        .select_related("session")
        .order_by("-session__scheduled_at", "-created_at")
    )


def _loss(sessions: list[Session]) -> dict[str, object]:
    active = set(
        SessionUpload.objects.filter(session__in=sessions, status__in=ACTIVE_STATUSES).values_list(
            "session", flat=True
        )
    )
    lost = [upload for upload in _lost(sessions) if upload.session_id not in active]
    having = {upload.session_id for upload in lost}
    return {
        "sessions": [session for session in sessions if session.pk in having],
        "lost": lost,
        "size": sum(upload.size_bytes or 0 for upload in lost),
        "seconds": sum(upload.duration_seconds or 0 for upload in lost),
        "active": len(active),
        "without": len([each for each in sessions if each.pk not in having | active]),
        "final": len([upload for upload in lost if not removal.can_restore(upload)]),
        "undo_seconds": UNDO_SECONDS,
        "undo_days": storage.KEPT_AFTER_DELETION.days,
    }


@require_POST
@coach_page
def restore(request: HttpRequest) -> HttpResponse:
    """Take the newest deletion of each chosen session back."""
    sessions = chosen_sessions(request)
    if not sessions:
        return _nothing_chosen(request)
    user = person_of(request)
    outcome = _each(sessions, lambda each: removal.restore_recording(session=each, by=user))
    done = len(outcome.done)
    said = ngettext("%(count)s recording is back.", "%(count)s recordings are back.", done)
    return _told(request, outcome, said % {"count": done}, sessions)


@require_POST
@coach_page
def retry(request: HttpRequest) -> HttpResponse:
    """Fetch the failed imports of the chosen sessions once more."""
    sessions = chosen_sessions(request)
    if not sessions:
        return _nothing_chosen(request)
    user = person_of(request)
    failed = _failed_imports(sessions)
    outcome = _each(
        [session for session in sessions if session.pk in failed],
        lambda each: _retry(failed[each.pk], user),
    )
    done, others = len(outcome.done), len(sessions) - len(failed)
    said = ngettext("%(count)s import is tried again.", "%(count)s imports are tried again.", done)
    lines = [said % {"count": done}]
    if others:
        not_to_retry = ngettext(
            "%(count)s has no failed import.", "%(count)s have no failed import.", others
        )
        lines.append(not_to_retry % {"count": others})
    return _told(request, outcome, " ".join(lines), sessions, is_good=bool(done))


def _failed_imports(sessions: list[Session]) -> dict[UUID, SessionUpload]:
    """Return the newest attempt of each session where that is a failed import, by session."""
    failed = [each for each in sessions if each.s3_status == UploadStatus.FAILED]
    newest: dict[UUID, SessionUpload] = {}
    uploads = SessionUpload.objects.filter(session__in=failed).select_related("session")
    for upload in uploads.order_by("created_at", "id"):
        newest[upload.session_id] = upload
    return {pk: upload for pk, upload in newest.items() if imports.can_retry(upload)}


def _retry(upload: SessionUpload, user: User) -> None:
    tasks.nudge_import(imports.retry(upload=upload, by=user).pk)


def _told(
    request: HttpRequest,
    outcome: Outcome,
    said: str,
    changed: list[Session],
    *,
    is_good: bool = True,
) -> HttpResponse:
    return answer_with_toast(
        request,
        [said, *outcome.refusals()],
        changed=[each.pk for each in changed],
        is_good=is_good and not outcome.refused,
    )


@require_POST
@coach_page
def sync_chosen(request: HttpRequest) -> HttpResponse:
    """Compare the bucket with the files of the chosen sessions' coaches."""
    sessions = chosen_sessions(request)
    if not sessions:
        return _nothing_chosen(request)
    user = person_of(request)
    for coach in {session.coach_id: session.coach for session in sessions}.values():
        run = sync.request_sync(coach=coach, by=user, trigger=SyncRun.Trigger.BUTTON)
        tasks.nudge_sync(run.pk)
    return answer_with_toast(
        request,
        [_("The sync is on its way; its outcome appears here.")],
        changed=[session.pk for session in sessions],
    )


@require_POST
@coach_page
@never_cache
def links(request: HttpRequest) -> HttpResponse:
    """Show signed links to the recordings of the chosen sessions; ``as`` csv or txt: as a file."""
    sessions = chosen_sessions(request, MOST_LINKS)
    if not sessions:
        return _nothing_chosen(request)
    found: list[tuple[Session, playback.Link]] = []
    outcome = _each(
        [session for session in sessions if session.has_recording],
        lambda each: found.append((each, playback.signed_link(session=each))),
    )
    kind = request.POST.get("as", "")
    if kind in ("csv", "txt"):
        return _file(kind, found)
    context = {
        "sessions": sessions,
        "found": found,
        "refusals": outcome.refusals(),
        "without": len([session for session in sessions if not session.has_recording]),
        "expires_at": min((link.expires_at for _session, link in found), default=None),
        "most": MOST_LINKS,
    }
    return _show(request, "links", context)


def _file(kind: str, found: list[tuple[Session, playback.Link]]) -> HttpResponse:
    if kind == "txt":
        return HttpResponse(
            "".join(f"{link.download_url}\n" for _session, link in found),
            content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="recordings.txt"'},
        )
    response = csv_file("recordings.csv")
    rows = csv.writer(response)
    rows.writerow(("title", "scheduled_at", "filename", "size_bytes", "download_url", "expires_at"))
    for session, link in found:
        rows.writerow(
            (
                as_text_cell(session.title),
                session.scheduled_at.isoformat(),
                as_text_cell(link.filename),
                link.size_bytes,
                link.download_url,
                link.expires_at.isoformat(),
            )
        )
    return response


def _show(request: HttpRequest, what: str, context: dict[str, object]) -> HttpResponse:
    """Show a question or a list: in the page's dialog to a script, else as a page."""
    inner = f"pages/recordings/_{what}_many.html"
    if getattr(request, "htmx", False):
        return render(request, inner, context)
    return render(request, "pages/recordings/acting.html", context | {"inner": inner})
