"""Who is working on an import or a rendition: a lease in the row, renewed while bytes flow.

One keeper thread per process renews all leases held there. A lease that is not renewed runs out,
and a sweep gives the work to another worker; the database's clock decides.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts.models import ApiToken
from recordings.lifecycle import database_now
from recordings.models import Rendition, SessionUpload
from sessions_app.models import UploadStatus

logger = structlog.get_logger(__name__)

LOST = "lost"  # cancelled, or given to another worker
FORBIDDEN = "forbidden"  # whoever asked for it may not any more
SHUTDOWN = "shutdown"  # this process is asked to end


class LeaseStopped(Exception):
    """The work under a lease has to stop; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def lease_end() -> object:
    """The time, on the database's clock, until which a lease taken or renewed now holds."""
    return database_now() + timedelta(seconds=settings.LEASE_SECONDS)


def may_continue() -> Q:
    """The condition that whoever asked for an upload is active and their token not revoked."""
    token = ApiToken.objects.filter(id=OuterRef("created_with_token"))
    return Q(Q(created_by__is_active=True), Q(created_with_token=None) | Q(Exists(token)))


class Lease:
    """One import in the hands of this process. Use it as a context manager around the work."""

    def __init__(self, row_id: UUID, owner: str) -> None:
        self.row_id = row_id
        self.owner = owner
        self.bytes_transferred = 0
        self.reason = ""
        self._stopped = threading.Event()
        self._on_stop: Callable[[], None] | None = None
        self._renewed = time.monotonic()

    def __enter__(self) -> Self:
        _keeper.add(self)
        return self

    def __exit__(self, *exc: object) -> None:
        _keeper.remove(self)

    @property
    def condition(self) -> dict[str, str]:
        """What the row must still say for this process to change it."""
        return {"lease_owner": self.owner}

    def check(self) -> None:
        """Raise LeaseStopped when the work has to stop."""
        # Asked here as well: the keeper may itself be stuck in the database.
        self.stop_if_stale()
        if self._stopped.is_set():
            raise LeaseStopped(self.reason)

    def wait(self, seconds: float) -> None:
        """Sleep, unless the work has to stop: then raise LeaseStopped at once."""
        self._stopped.wait(seconds)
        self.check()

    def when_stopped(self, action: Callable[[], None]) -> None:
        """Call ``action`` (from another thread) when the work has to stop: close the socket."""
        self._on_stop = action
        if self._stopped.is_set():
            action()

    def stop(self, reason: str) -> None:
        """Tell whoever works under the lease to stop; the first reason stays."""
        if self._stopped.is_set():
            return
        self.reason = reason
        self._stopped.set()
        if self._on_stop is not None:
            self._on_stop()

    def renew(self) -> None:
        """Say in the row that the work goes on, or stop it when the row says otherwise."""
        began = time.monotonic()
        reason = self.say_so()
        if reason:
            self.stop(reason)
        else:
            self._renewed = began

    def say_so(self) -> str:
        """Renew the lease in the row; return why the work has to stop, else an empty text."""
        row = SessionUpload.objects.filter(
            pk=self.row_id, status=UploadStatus.UPLOADING, lease_owner=self.owner
        )
        if not row.update(lease_until=lease_end(), bytes_transferred=self.bytes_transferred):
            return LOST
        return "" if row.filter(may_continue()).exists() else FORBIDDEN

    def stop_if_stale(self) -> None:
        """Stop when the database could not be asked for so long that the lease may be gone."""
        if time.monotonic() - self._renewed > settings.LEASE_SECONDS:
            self.stop(LOST)


class RenditionLease(Lease):
    """One rendition in the hands of this process; ``percent`` is how far it is."""

    percent = 0

    def say_so(self) -> str:
        """Renew, unless the recording is none any more."""
        row = Rendition.objects.current().held_by(self.owner).filter(pk=self.row_id)
        return "" if row.update(lease_until=lease_end(), progress_percent=self.percent) else LOST


class _Keeper:
    """Renews this process's leases from one thread, which lives while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leases: set[Lease] = set()
        self._thread: threading.Thread | None = None
        self._changed = threading.Event()
        self._ending = False

    def add(self, lease: Lease) -> None:
        with self._lock:
            self._leases.add(lease)
            ending = self._ending
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
        if ending:
            lease.stop(SHUTDOWN)

    def remove(self, lease: Lease) -> None:
        with self._lock:
            self._leases.discard(lease)
        self._changed.set()

    def stop_all(self) -> None:
        with self._lock:
            self._ending = True
            leases = list(self._leases)
        for lease in leases:
            lease.stop(SHUTDOWN)

    def _run(self) -> None:
        try:
            while leases := self._held():
                for lease in leases:
                    self._renew(lease)
                self._changed.wait(settings.HEARTBEAT_SECONDS)
                self._changed.clear()
        finally:
            connection.close()

    def _held(self) -> list[Lease]:
        with self._lock:
            if not self._leases:
                self._thread = None
            return list(self._leases)

    def _renew(self, lease: Lease) -> None:
        try:
            lease.renew()
        except DatabaseError as error:
            logger.warning("lease_not_renewed", row=str(lease.row_id), error=str(error))
            connection.close()
            lease.stop_if_stale()


_keeper = _Keeper()


def stop_all() -> None:
    """Tell everything that works under a lease in this process to give its work back and end."""
    _keeper.stop_all()


def new_owner(worker: str) -> str:
    """A name for one spell of work of ``worker``, never used twice."""
    return f"{worker[:60]}:{uuid4().hex[:12]}"


def expired() -> Q:
    """The condition that a lease has run out, on the database's clock."""
    return Q(lease_until__lt=database_now())


def due() -> Q:
    """The condition that a waiting row may be taken up now."""
    return Q(next_attempt_at=None) | Q(next_attempt_at__lte=database_now())
