"""Celery: carries nudges to workers; the database rows are the queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filmroom.settings")

app = Celery("filmroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
