"""Celery: carries nudges to workers; the database rows are the queue."""

import os
from typing import Any

from celery import Celery
from kombu import Connection
from kombu.transport.redis import QoS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filmroom.settings")

# A lost connection to the broker must not end a worker: Kombu 5.7, putting back the messages that
# were not begun yet, fails on the connection it has just closed. The sweeps nudge for them again.
QoS.restore_at_shutdown = False

# A door answers within a second, also when the broker takes connections and says nothing; workers
# read under the longer limit of the settings.
PUBLISH_SECONDS = 0.5


class ImpatientCelery(Celery):
    """Celery that waits no longer than PUBLISH_SECONDS for the broker to take a message."""

    def connection_for_write(self, url: str | None = None, **options: Any) -> Connection:
        limits = {"socket_timeout": PUBLISH_SECONDS, **options.pop("transport_options", {})}
        return super().connection_for_write(url, transport_options=limits, **options)


app = ImpatientCelery("filmroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
