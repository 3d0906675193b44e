"""What every test may use: people, sessions, an empty bucket, API clients."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import boto3
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import create_token
from sessions_app.models import Session
from tests.chromium import launch_arguments

_numbers = count(1)


def pytest_configure() -> None:
    # Real password hashes cost a third of a second each, on purpose.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as it runs: in memory all threads of a live server share a connection."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(django_settings.DATA_DIR / "test.sqlite3")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> Iterator[dict[str, Any]]:
    """Launch the browser of this machine, beside Django."""
    arguments = launch_arguments()
    # Playwright's loop runs in the tests' thread: Django would take that for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield arguments
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Throttles start at zero in every test."""
    cache.clear()


@pytest.fixture(scope="session")
def s3() -> Any:
    """A plain S3 client of the test's own, to look at the bucket from outside."""
    return boto3.client(
        "s3",
        endpoint_url=django_settings.AWS_S3_ENDPOINT_URL,
        aws_access_key_id=django_settings.AWS_ACCESS_KEY_ID,
        aws_secret_access_key=django_settings.AWS_SECRET_ACCESS_KEY,
        region_name=django_settings.AWS_REGION,
    )


@pytest.fixture
def bucket(s3: Any) -> Iterator[str]:
    """The name of a bucket that is empty at the start: versioned, as setup_bucket makes it."""
    name = django_settings.AWS_S3_BUCKET
    _drop_bucket(s3, name)
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    yield name
    _drop_bucket(s3, name)


def _drop_bucket(s3: Any, name: str) -> None:
    if name not in [found["Name"] for found in s3.list_buckets()["Buckets"]]:
        return
    for part in s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=name, Key=part["Key"], UploadId=part["UploadId"])
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for version in page.get("Versions", []) + page.get("DeleteMarkers", []):
            s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Make a person; keyword arguments are fields of User."""

    def make(**fields: Any) -> User:
        number = next(_numbers)
        fields.setdefault("email", f"person{number}@example.com")
        fields.setdefault("name", f"Person {number}")
        fields.setdefault("password", "correct horse 4711")
        return User.objects.create_user(**fields)

    return make


@pytest.fixture
def coach(make_user: Callable[..., User]) -> User:
    return make_user(email="coach@example.com", name="Carla Coach", role="coach")


@pytest.fixture
def other_coach(make_user: Callable[..., User]) -> User:
    return make_user(email="other@example.com", name="Oscar Other", role="coach")


@pytest.fixture
def client_user(make_user: Callable[..., User]) -> User:
    return make_user(email="client@example.com", name="Klara Client", role="client")


@pytest.fixture
def staff(make_user: Callable[..., User]) -> User:
    return make_user(email="staff@example.com", name="Stef Staff", is_staff=True, is_superuser=True)


@pytest.fixture
def make_session(coach: User, client_user: User) -> Callable[..., Session]:
    """Make a session of ``coach`` with ``client_user``; keyword arguments are its fields."""

    def make(**fields: Any) -> Session:
        fields.setdefault("title", "First talk")
        fields.setdefault("scheduled_at", datetime(2026, 1, 14, 15, 0, tzinfo=UTC))
        fields.setdefault("coach", coach)
        fields.setdefault("client", client_user)
        return Session.objects.create(**fields)

    return make


@pytest.fixture
def session(make_session: Callable[..., Session]) -> Session:
    return make_session()


@pytest.fixture
def api_for() -> Callable[..., APIClient]:
    """Return an API client that carries a fresh token of the person (or nothing for None)."""

    def make(user: User | None, scope: str = "write") -> APIClient:
        api = APIClient(raise_request_exception=False)
        if user is not None:
            _row, value = create_token(owner=user, name="test", scope=scope, by=None)
            api.credentials(HTTP_AUTHORIZATION=f"Bearer {value}")
        return api

    return make


@pytest.fixture
def api(api_for: Callable[..., APIClient], coach: User) -> APIClient:
    """An API client of ``coach`` with a write token."""
    return api_for(coach)
