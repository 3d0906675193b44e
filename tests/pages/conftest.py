"""People before their browsers, and recordings to look at."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from recordings.media.samples import write_sample


@pytest.fixture
def web_for() -> Callable[[User | None], Client]:
    """Return a browser, signed in as the person (or nobody)."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def web(web_for: Callable[[User | None], Client], coach: User) -> Client:
    """The coach's browser."""
    return web_for(coach)


@pytest.fixture(scope="session")
def mp4() -> bytes:
    """A small real recording."""
    buffer = io.BytesIO()
    write_sample(buffer, container="mp4", seconds=1)
    return buffer.getvalue()


@pytest.fixture
def mp4_file(mp4: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("Talk één.mp4", mp4, content_type="video/mp4")
