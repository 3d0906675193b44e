"""The outcome of an act, said at the foot of the page, with a way back where there is one."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

UNDO_SECONDS = 10
_KEPT_AS = "toast"


def answer_with_toast(
    request: HttpRequest,
    lines: list[str],
    *,
    changed: Iterable[UUID] = (),
    undo: Iterable[UUID] = (),
    is_good: bool = True,
) -> HttpResponse:
    """Answer an act: a script gets the toast, everybody else the table with it.

    ``lines`` are sentences, the first about what was done. ``changed`` are the sessions whose rows
    are to be shown anew, ``undo`` those whose deletion can be taken back.
    """
    toast = {
        "lines": lines,
        "changed": [str(pk) for pk in changed],
        "undo": [str(pk) for pk in undo],
        "tone": "success" if is_good else "warning",
        "seconds": UNDO_SECONDS,
    }
    if getattr(request, "htmx", False):
        return render(request, "pages/recordings/_toast.html", {"toast": toast})
    if toast["undo"]:
        request.session[_KEPT_AS] = toast | {"until": time.time() + UNDO_SECONDS}
    else:
        level = messages.SUCCESS if is_good else messages.WARNING
        messages.add_message(request, level, " ".join(lines))
    return redirect("recordings")


def waiting_toast(request: HttpRequest) -> dict[str, Any] | None:
    """Return the toast that an act left for the next page; None when it is too late for it."""
    toast: dict[str, Any] | None = request.session.pop(_KEPT_AS, None)
    return toast if toast and toast["until"] > time.time() else None
