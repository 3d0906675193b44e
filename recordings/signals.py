"""News that travels upwards, sent after the transaction that made it true."""

from django.dispatch import Signal

# Each carries upload_id and session_id.
recording_ready = Signal()
recording_removed = Signal()
recording_failed = Signal()

# A sync run has ended, whatever its status: carries run_id.
sync_finished = Signal()
