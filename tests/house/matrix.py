"""Every address of the project: who gets which answer. A new address needs a row here.

``Row`` says for each method what its owner, another coach, a client and staff are answered; what
nobody gets follows from where the address lies. Methods that a row does not name are 405.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LINK = "http://127.0.0.2:9/talk.mp4"
HOOK = "https://127.0.0.2:9/hook"
TALK = {"title": "Mine now", "scheduled_at": "2026-01-20T10:00:00Z"}
FORM = {
    "title": "Mine now",
    "scheduled_at": "2026-01-20T10:00",
    "duration_minutes": "60",
    "status": "scheduled",
}
NOTE = {"at_seconds": "0:07", "text": "Mine now"}


@dataclass(frozen=True)
class Row:
    """``target`` names the world's object that the address (or the body) speaks of."""

    owner: dict[str, int]
    # A status for every method, or one for each; None: as the owner, with nothing of theirs in it.
    other: int | dict[str, int] | None = None
    client: int | dict[str, int] | None = None
    staff: dict[str, int] | None = None
    target: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    # Where the method does not tell: a GET that changes something, a POST that does not.
    writes: bool | None = None


def one(target: str, *, body: dict[str, Any] | None = None, **owner: int) -> Row:
    """An API address of one object: for whoever may not see it, it does not exist."""
    return Row(owner, other=404, client=404, target=target, body=body or {})


def page(target: str, *, body: dict[str, Any] | None = None, **owner: int) -> Row:
    """A page about one object."""
    return Row(owner, other=404, client=403, target=target, body=body or {})


OWN_LIST = Row({"GET": 200})
API = {
    "recordings/sessions": OWN_LIST,
    "recordings/sessions/<session_id>": one("session", GET=200),
    "recordings/upload": one("session", POST=202, body={"external_url": LINK}),
    "recordings/presigned-upload-url": Row(
        {"GET": 200},
        other=404,
        client=404,
        target="session",
        query={"filename": "talk.mp4"},
        writes=True,
    ),
    "recordings/confirm-upload/<upload_id>": one("sent_form", POST=200),
    "recordings/multipart": Row(
        {"GET": 200, "POST": 201},
        other={"GET": 200, "POST": 404},
        client={"GET": 200, "POST": 404},
        target="session",
        body={"filename": "a.mp4", "size_bytes": 9},
    ),
    "recordings/match-files": Row(
        {"POST": 200},
        body={"files": [{"filename": "GMT20260114-150000_Recording.mp4", "size_bytes": 9}]},
        writes=False,
    ),
    "recordings/multipart/<upload_id>": one("parts", DELETE=204),
    "recordings/multipart/<upload_id>/parts": one(
        "parts", GET=200, POST=200, body={"part_numbers": [1]}
    ),
    "recordings/multipart/<upload_id>/complete": one(
        "parts", POST=400, body={"parts": [{"part_number": 1, "etag": "not this one"}]}
    ),
    "recordings/uploads/<upload_id>": one("parts", GET=200),
    "recordings/uploads/<upload_id>/retry": one("failed", POST=202),
    "recordings/uploads/<upload_id>/cancel": one("parts", POST=200),
    "recordings/sync-bucket": Row({"POST": 202}, client=404),
    "recordings/sync-runs": OWN_LIST,
    "recordings/sync-runs/<run_id>": one("run", GET=200),
    "recordings/download/<session_id>": one("session", GET=200),
    "recordings/sidecars/<session_id>": one("session", GET=200),
    "recordings/recording/<session_id>": one("session", DELETE=204),
    "recordings/recording/<session_id>/restore": one("session", POST=404),
    "sessions": Row({"GET": 200, "POST": 201}, client={"GET": 200, "POST": 403}, body=TALK),
    "sessions/<session_id>": one("session", GET=200, PUT=200, PATCH=200, DELETE=204, body=TALK),
    "webhook-endpoints": Row(
        {"GET": 200, "POST": 201},
        client={"GET": 200, "POST": 403},
        body={"url": HOOK, "events": ["recording.completed"]},
    ),
    "webhook-endpoints/<endpoint_id>": one(
        "endpoint", GET=200, PATCH=200, DELETE=204, body={"description": "Mine now"}
    ),
    "webhook-endpoints/<endpoint_id>/rotate-secret": one("endpoint", POST=200),
    "webhook-endpoints/<endpoint_id>/test": one("endpoint", POST=202),
    "webhook-endpoints/<endpoint_id>/deliveries": one("endpoint", GET=200),
    "webhook-deliveries/<delivery_id>": one("delivery", GET=200),
    "webhook-deliveries/<delivery_id>/replay": one("delivery", POST=202),
}
COACH = "dashboard/coach"
SESSION = f"{COACH}/sessions/<session_id>"
CONNECTION = f"{COACH}/connections/<connection_id>"
UNMATCHED = f"{COACH}/unmatched/<recording_id>"
PAGES = {
    f"{COACH}/recordings": Row({"GET": 200}, client=403),
    f"{COACH}/recordings/sync": Row({"POST": 302}, client=403),
    f"{COACH}/recordings/live": Row({"GET": 200}, client=403),
    f"{COACH}/recordings/clients": Row({"GET": 200}, client=403),
    # Of the ids that a form names only one's own count: tests/pages/test_bulk.py.
    f"{COACH}/recordings/bulk/delete": Row({"POST": 302}, client=403),
    f"{COACH}/recordings/bulk/restore": Row({"POST": 302}, client=403),
    f"{COACH}/recordings/bulk/retry": Row({"POST": 302}, client=403),
    f"{COACH}/recordings/bulk/sync": Row({"POST": 302}, client=403),
    f"{COACH}/recordings/bulk/links": Row({"POST": 302}, client=403),
    f"{COACH}/recordings/add": Row({"GET": 200}, client=403),
    f"{COACH}/recordings/links": Row(
        {"GET": 200, "POST": 200},
        client=403,
        body={"act": "import", "text-0-url": LINK, "text": LINK},
    ),
    f"{COACH}/recordings/links/list.csv": Row({"GET": 200}, client=403),
    f"{COACH}/sessions/new": Row({"GET": 200, "POST": 302}, client=403, body=FORM),
    SESSION: page("session", GET=200),
    f"{SESSION}/edit": page("session", GET=200, POST=302, body=FORM),
    f"{SESSION}/upload": page("session", GET=200, POST=302, body={"external_url": LINK}),
    f"{SESSION}/download": page("session", GET=302),
    f"{SESSION}/play": page("session", GET=302),
    f"{SESSION}/media": page("session", GET=200),
    f"{SESSION}/thumbnails.vtt": page("session", GET=404),
    f"{SESSION}/copy/retry": page("session", POST=404),
    f"{SESSION}/delete": page("session", GET=200, POST=302),
    f"{SESSION}/restore": page("session", POST=404),
    f"{SESSION}/notes": page("session", GET=200, POST=302, body=NOTE),
    f"{SESSION}/notes.md": page("session", GET=200),
    f"{SESSION}/position": page("session", POST=204, body={"at_seconds": "12.5"}),
    # Notes are their author's alone.
    f"{COACH}/notes/<note_id>/edit": Row(
        {"GET": 200, "POST": 302},
        other=404,
        client=403,
        staff={"GET": 404, "POST": 404},
        target="note",
        body=NOTE,
    ),
    f"{COACH}/notes/<note_id>/delete": Row(
        {"POST": 200}, other=404, client=403, staff={"POST": 404}, target="note"
    ),
    f"{COACH}/uploads/<upload_id>/retry": page("failed", GET=200, POST=302),
    f"{COACH}/uploads/<upload_id>/cancel": page("parts", POST=302),
    f"{COACH}/sidecars/<sidecar_id>/download": page("sidecar", GET=302),
    f"{COACH}/connections": Row({"GET": 200}, client=403),
    f"{COACH}/connections/new/<platform>": Row({"GET": 200, "POST": 200}, client=403),
    CONNECTION: page("connection", GET=200, POST=302),
    f"{CONNECTION}/secrets/<name>": page("connection", GET=200, POST=200),
    f"{CONNECTION}/test": page("connection", POST=302),
    f"{CONNECTION}/subscribe": page("connection", POST=302),
    f"{CONNECTION}/past": page("connection", GET=200, POST=200),
    f"{CONNECTION}/remove": page("connection", GET=200, POST=302),
    f"{COACH}/expiring": Row({"GET": 200}, client=403),
    f"{COACH}/unmatched": Row({"GET": 200}, client=403),
    UNMATCHED: page("announced", GET=200, POST=302),
    f"{UNMATCHED}/session": page("announced", POST=302),
    f"{UNMATCHED}/dismiss": page("announced", POST=302),
    f"{UNMATCHED}/reconsider": page("announced", POST=302),
    f"{COACH}/unmatched/files/<file_id>": page("loose", GET=200, POST=302),
    f"{COACH}/webhooks": Row(
        {"GET": 200, "POST": 200},
        client=403,
        body={"url": HOOK, "events": "recording.completed"},
    ),
    f"{COACH}/webhooks/<endpoint_id>": page("endpoint", GET=200),
    f"{COACH}/webhooks/<endpoint_id>/edit": page(
        "endpoint", GET=200, POST=302, body={"url": HOOK, "events": "recording.completed"}
    ),
    f"{COACH}/webhooks/<endpoint_id>/rotate": page("endpoint", GET=200, POST=200),
    f"{COACH}/webhooks/<endpoint_id>/test": page("endpoint", POST=302),
    f"{COACH}/webhooks/<endpoint_id>/enable": page("endpoint", POST=302),
    f"{COACH}/webhooks/<endpoint_id>/disable": page("endpoint", POST=302),
    f"{COACH}/webhooks/<endpoint_id>/delete": page("endpoint", GET=200, POST=302),
    f"{COACH}/webhooks/deliveries/<delivery_id>": page("delivery", GET=200),
    f"{COACH}/webhooks/deliveries/<delivery_id>/replay": page("delivery", POST=302),
    "dashboard/tokens": Row(
        {"GET": 200, "POST": 200}, client=403, body={"name": "new", "scope": "read"}
    ),
    "dashboard/tokens/<token_id>/revoke": Row(
        {"GET": 200, "POST": 302},
        other=404,
        client=403,
        staff={"GET": 404, "POST": 404},
        target="token",
    ),
}
# The same for everybody who is signed in, by status of GET; nobody's in the second place.
FOR_ALL = {
    "": (302, 302),
    "dashboard/settings": (200, 302),
    "healthz": (200, 200),
    "readyz": (503, 503),  # no worker runs here
    "api/schema": (200, 200),
    "api/docs": (200, 200),
    "api/": (404, 404),
    "webhooks/": (404, 404),
    "accounts/login/": (302, 200),
    "accounts/logout/": (200, 302),
    "accounts/inactive/": (200, 200),
    "accounts/signup/": (302, 200),
    "accounts/reauthenticate/": (200, 302),
    "accounts/password/change/": (200, 302),
    "accounts/password/set/": (302, 302),
    "accounts/password/reset/": (200, 200),
    "accounts/password/reset/done/": (200, 200),
    "accounts/password/reset/key/done/": (200, 200),
    "accounts/password/reset/key/<uidb36>-<key>/": (200, 200),
    # Closed: addresses change in the admin only, and nobody logs in by a code.
    "accounts/(?:email|confirm-email|login/code)/": (404, 404),
    "accounts/email/": (404, 404),
    "accounts/confirm-email/": (404, 404),
    "accounts/confirm-email/<key>/": (404, 404),
    "accounts/login/code/confirm/": (404, 404),
}
# Where platforms call: by POST only, and a signature is all that counts there.
RECEIVERS = {"webhooks/<platform>", "webhooks/<platform>/<connection_id>"}
# For staff only. By model: what a superuser gets on the list, on adding, and of one object on
# history, deletion, change.
ADMIN_MODELS = {
    "auth/group": (200, 200, 200, 200, 200),
    "accounts/user": (200, 200, 200, 403, 200),
    "accounts/apitoken": (200, 403, 302, 403, 302),
    "sessions_app/session": (200, 200, 200, 403, 200),
    "recordings/rendition": (200, 403, 200, 403, 200),
    "recordings/sessionupload": (200, 403, 200, 403, 200),
    "recordings/syncrun": (200, 403, 200, 403, 200),
    "recordings/unmatchedfile": (200, 403, 200, 403, 200),
    "integrations/connection": (200, 403, 200, 403, 200),
    "integrations/announcedrecording": (200, 403, 200, 403, 200),
    "integrations/booking": (200, 403, 200, 403, 200),
    "integrations/receivedevent": (200, 403, 200, 403, 200),
    "integrations/webhookendpoint": (200, 403, 200, 403, 200),
    "integrations/webhookdelivery": (200, 403, 200, 403, 200),
}
ADMIN = (
    {
        "": 200,
        "password_change/": 200,
        "password_change/done/": 200,
        "autocomplete/": 403,
        "jsi18n/": 200,
        "r/<content_type_id>/<object_id>/": 404,
        "accounts/user/<id>/password/": 200,
        "recordings/syncrun/sync-all/": 200,
        "recordings/unmatchedfile/<file_id>/assign/": 200,
        "<app_label>/": 200,
        "<url>": 404,
    }
    | {
        f"{model}/{place}": status
        for model, statuses in ADMIN_MODELS.items()
        for place, status in zip(
            ("", "add/", "<object_id>/history/", "<object_id>/delete/", "<object_id>/change/"),
            statuses,
            strict=True,
        )
    }
    | {f"{model}/<object_id>/": 302 for model in ADMIN_MODELS}
)
# The admin's own login and logout: anybody may ask.
ADMIN_OPEN = {"login/", "logout/"}
