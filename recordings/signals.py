"""News that travels upwards, sent after the transaction that made it true."""

from django.dispatch import Signal

# Both carry upload_id and session_id.
recording_ready = Signal()
recording_removed = Signal()
