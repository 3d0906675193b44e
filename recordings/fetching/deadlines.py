"""The clock over connections that a peer cannot hold up by dripping.

A socket's own timeout counts from one byte to the next. Here one thread per process looks at
every transfer a few times a second and shuts the connection of one that is late, too slow or no
longer wanted; the read that was blocked on it returns at once.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from recordings.fetching.errors import Aborted, FetchError, TooSlow

RATE_WINDOW_SECONDS = 60.0
TICK_SECONDS = 0.25


class Deadline:
    """The limits of one transfer at a time: a phase with an end, a total, a minimum rate."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._stopped: FetchError | None = None
        self._aborted = False
        self._phase: tuple[float, FetchError] | None = None
        self._total: tuple[float, FetchError] | None = None
        self._reading_since: float | None = None
        self._start_rate(0.0)

    def attach(self, sock: socket.socket) -> None:
        """Take charge of ``sock``; raises what stopped the transfer, if something has.

        A duplicate of its file descriptor is kept, so that shutting the connection down
        never meets a number that was closed and given to another file.
        """
        with self._lock:
            if self._stopped is not None:
                raise self._stopped
            self._handles.append(sock.dup())

    def limit_total(self, seconds: float, error: FetchError) -> None:
        """All that follows must end within ``seconds``; later calls change nothing."""
        if self._total is None:
            self._total = (time.monotonic() + seconds, error)
        _watchdog.watch(self)

    def inherit(self, other: Deadline) -> None:
        """Take over the total of ``other``, as it is left."""
        if other._total is not None:
            self._total = other._total
            _watchdog.watch(self)

    def limit_phase(self, seconds: float, error: FetchError) -> None:
        """What happens from here to the next ``limit_phase`` or ``limit_rate`` must end within
        ``seconds``, else the transfer is stopped with ``error``."""
        self._phase = (time.monotonic() + seconds, error)

    def limit_rate(self, bytes_per_second: float) -> None:
        """From here on bytes must come at ``bytes_per_second``, over any 60 s spent waiting
        for the peer; time that our own side takes does not count against it."""
        with self._lock:
            self._phase = None
            self._start_rate(bytes_per_second)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Around one read from the peer."""
        self._reading_since = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._waited += time.monotonic() - self._reading_since
                self._reading_since = None

    def count(self, size: int) -> None:
        self._received += size

    @property
    def stopped(self) -> FetchError | None:
        """What stopped the transfer, if something has."""
        return self._stopped

    @property
    def is_aborted(self) -> bool:
        """Whether the work is not wanted any more, be it that a limit had stopped it before."""
        return self._aborted

    def stop(self, error: FetchError) -> None:
        """End the transfer with ``error``: from any thread, once; the first error stays."""
        with self._lock:
            self._stopped = self._stopped or error
            for handle in self._handles:
                try:
                    handle.shutdown(socket.SHUT_RDWR)
                except OSError:  # never connected, or gone already
                    continue

    def abort(self) -> None:
        self._aborted = True
        self.stop(Aborted())

    def detach(self) -> None:
        """Let go of the connections so far: their transfer is over."""
        with self._lock:
            handles, self._handles = self._handles, []
        for handle in handles:
            handle.close()

    def close(self) -> None:
        _watchdog.forget(self)
        self.detach()

    def inspect(self, now: float) -> None:
        """Stop the transfer if it is late or too slow at ``now``; called by the watchdog."""
        for limit in (self._phase, self._total):
            if limit is not None and now >= limit[0]:
                self.stop(limit[1])
        if self._is_slow(now):
            self.stop(TooSlow())

    def _start_rate(self, bytes_per_second: float) -> None:
        self._minimum = bytes_per_second
        self._waited = 0.0
        self._received = 0
        self._samples: deque[tuple[float, int]] = deque([(0.0, 0)])

    def _is_slow(self, now: float) -> bool:
        with self._lock:
            since = self._reading_since
            waited = self._waited + (now - since if since is not None else 0.0)
            self._samples.append((waited, self._received))
            while len(self._samples) > 1 and waited - self._samples[1][0] >= RATE_WINDOW_SECONDS:
                self._samples.popleft()
            seconds, received = waited - self._samples[0][0], self._received - self._samples[0][1]
            return seconds >= RATE_WINDOW_SECONDS and received < self._minimum * seconds

    def __enter__(self) -> Deadline:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Watchdog:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """A forked child has none of its parent's threads and transfers."""
        self._watched: set[Deadline] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def watch(self, deadline: Deadline) -> None:
        with self._changed:
            self._watched.add(deadline)
            self._changed.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()

    def forget(self, deadline: Deadline) -> None:
        with self._changed:
            self._watched.discard(deadline)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._watched))
                watched = list(self._watched)
            now = time.monotonic()
            for deadline in watched:
                deadline.inspect(now)
            time.sleep(TICK_SECONDS)


_watchdog = _Watchdog()
os.register_at_fork(after_in_child=_watchdog.reset)
