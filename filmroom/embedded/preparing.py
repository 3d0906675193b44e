"""What stands between a fresh data directory and a Film Room that can be used."""

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection


def prepare() -> None:
    """Bring tables, static files, bucket and demo data up to date.

    Demo logins go to standard output, all the rest to standard error. Demo data is loaded only
    where both database and bucket are the embedded ones: its passwords are public.
    """
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    call_command("setup_bucket", stdout=sys.stderr)
    if settings.EMBEDDED_BUCKET and connection.vendor == "sqlite":
        call_command("load_demo")
