"""Celery: carries nudges to workers; the database rows are the queue."""

import os

from celery import Celery
from kombu.transport.redis import QoS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filmroom.settings")

# A lost connection to the broker must not end a worker: Kombu 5.7, putting back the messages that
# were not begun yet, fails on the connection it has just closed. The sweeps nudge for them again.
QoS.restore_at_shutdown = False

app = Celery("filmroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
