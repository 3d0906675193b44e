"""``python -m filmroom.embedded``: ``run`` starts everything; the other words are its processes."""

from __future__ import annotations

import argparse
import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError

from filmroom.embedded import launcher, preparing, roles, servers


def main() -> int:
    """Do what the command line says; a reason not to start is one line and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m filmroom.embedded", description=__doc__)
    parser.add_argument("what", choices=["run", "prepare", *roles.ROLES])
    what = parser.parse_args().what
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filmroom.settings")
    try:
        settings.DATA_DIR  # noqa: B018  reads the settings
    except (ImproperlyConfigured, ValueError) as reason:
        print(f"Film Room: a setting has no usable value ({reason}).", file=sys.stderr)
        return 1
    try:
        if what == "run":
            return launcher.run()
        if what == "prepare":
            preparing.prepare()
        else:
            _play(what)
    except (launcher.CannotStart, roles.AlreadyRunning, servers.CannotServe) as reason:
        print(f"Film Room: {reason}", file=sys.stderr)
        return 1
    except CommandError as reason:  # while preparing: what the command itself would have said
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _play(role: str) -> None:
    roles.hold_role(settings.DATA_DIR, role)
    if role in launcher.APPLICATION:
        launcher.execute_application(role)
    launcher.end_with_parent()
    if role == "broker":
        servers.execute_broker(settings.DATA_DIR)
    servers.execute_bucket(
        settings.DATA_DIR,
        port=settings.EMBEDDED_BUCKET_PORT,
        access_key=str(settings.AWS_ACCESS_KEY_ID),
        secret_key=str(settings.AWS_SECRET_ACCESS_KEY),
        region=settings.AWS_REGION,
    )


if __name__ == "__main__":
    sys.exit(main())
