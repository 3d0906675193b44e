"""Addresses and secrets of the embedded servers."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kombu import Connection
from redis import ConnectionPool

from filmroom import embedded


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(lambda _: embedded.secret(tmp_path, "key"), range(64)))

    assert len(answers) == 1
    assert len(answers.pop()) == 64
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "secrets" / "key").stat().st_mode) == 0o600


def test_secrets_differ_by_name_and_by_data_directory(tmp_path: Path) -> None:
    assert (
        len(
            {
                embedded.secret(tmp_path / "a", "key"),
                embedded.secret(tmp_path / "a", "other"),
                embedded.secret(tmp_path / "b", "key"),
            }
        )
        == 3
    )


@pytest.mark.parametrize("folder", ["data", "my data é 100%", "d" * 200])
def test_kombu_and_redis_open_the_same_socket(tmp_path: Path, folder: str) -> None:
    data_dir = tmp_path / folder
    path = str(embedded.broker_socket(data_dir))

    with Connection(embedded.broker_url(data_dir)) as connection:
        assert connection.as_uri() == f"redis+socket://{path}"
    cache = ConnectionPool.from_url(embedded.cache_url(data_dir)).connection_kwargs
    assert (cache["path"], cache["db"]) == (path, 1)


def test_the_socket_lies_in_the_data_directory_when_its_path_is_short(tmp_path: Path) -> None:
    data_dir = Path("/srv/filmroom")
    assert embedded.broker_socket(data_dir) == Path("/srv/filmroom/broker/broker.sock")


@pytest.mark.parametrize("temporary", ["/tmp", "/tmp/" + "t" * 150])
def test_a_long_path_gives_a_short_socket_of_its_own(
    temporary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", temporary)
    first = embedded.broker_socket(Path("/srv") / ("x" * 200))
    second = embedded.broker_socket(Path("/srv") / ("y" * 200))

    assert first != second
    assert first == embedded.broker_socket(Path("/srv") / ("x" * 200))
    assert max(len(os.fsencode(path)) for path in (first, second)) <= 100
