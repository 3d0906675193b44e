"""The embedded broker and bucket as processes: what they keep, and what stands in their way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
import redis
from botocore.config import Config
from botocore.exceptions import ClientError

from filmroom import embedded
from filmroom.embedded import roles, servers

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[[str], "subprocess.Popen[bytes]"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "my data"


@pytest.fixture
def bucket_port() -> int:
    return free_port()


@pytest.fixture
def environment(data_dir: Path, bucket_port: int) -> dict[str, str]:
    """What a person has who set nothing but where the data lies."""
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(data_dir),
        "EMBEDDED_BUCKET_PORT": str(bucket_port),
        "PORT": str(free_port()),
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Start a process of Film Room in a group of its own, ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def starter(what: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "filmroom.embedded", what],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield starter
    for process in started:
        process.kill()
        process.communicate()


def wait_until(answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not answers():
        assert time.monotonic() < deadline, "nothing answers"
        time.sleep(0.05)


def client_of(data_dir: Path, port: int) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=embedded.bucket_endpoint(port),
        aws_access_key_id="filmroom",
        aws_secret_access_key=embedded.secret(data_dir, "bucket_secret"),
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}),
    )


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_the_broker_keeps_its_messages(data_dir: Path, start: Start, sign: signal.Signals) -> None:
    first = start("broker")
    wait_until(lambda: servers.broker_answers(data_dir))
    with redis.Redis.from_url(f"unix://{quote(str(embedded.broker_socket(data_dir)))}") as client:
        client.rpush("short", "nudge")
        client.execute_command("WAITAOF", 1, 0, 5000)
    first.send_signal(sign)
    first.wait(10)

    start("broker")
    wait_until(lambda: servers.broker_answers(data_dir))

    with redis.Redis.from_url(f"unix://{quote(str(embedded.broker_socket(data_dir)))}") as client:
        assert client.lrange("short", 0, -1) == [b"nudge"]


def test_the_bucket_keeps_objects_through_a_kill(
    data_dir: Path, bucket_port: int, start: Start
) -> None:
    first = start("bucket")
    wait_until(lambda: servers.bucket_answers(bucket_port))
    client = client_of(data_dir, bucket_port)
    client.create_bucket(Bucket="filmroom")
    client.put_object(
        Bucket="filmroom",
        Key="recordings/é.mp4",
        Body=b"moving pictures",
        ContentType="video/mp4",
        ServerSideEncryption="AES256",
    )
    first.kill()
    first.wait(10)

    start("bucket")
    wait_until(lambda: servers.bucket_answers(bucket_port))

    found = client.get_object(Bucket="filmroom", Key="recordings/é.mp4")
    assert found["Body"].read() == b"moving pictures"
    assert (found["ContentType"], found["ServerSideEncryption"]) == ("video/mp4", "AES256")


def test_the_bucket_refuses_strangers_and_listens_on_loopback_only(
    data_dir: Path, bucket_port: int, start: Start
) -> None:
    start("bucket")
    wait_until(lambda: servers.bucket_answers(bucket_port))
    client_of(data_dir, bucket_port).create_bucket(Bucket="filmroom")
    stranger = boto3.client(
        "s3",
        endpoint_url=embedded.bucket_endpoint(bucket_port),
        aws_access_key_id="somebody",
        aws_secret_access_key="else",
        region_name="us-east-1",
    )

    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        stranger.list_objects_v2(Bucket="filmroom")
    with socket.socket() as other_address:
        other_address.bind(("127.0.0.2", bucket_port))  # would fail if all interfaces were taken


def test_what_a_dead_launcher_left_is_ended(data_dir: Path, start: Start) -> None:
    orphan = start("broker")
    wait_until(lambda: servers.broker_answers(data_dir))

    roles.end_leftovers(data_dir)

    assert orphan.wait(10) == 0
    assert not servers.broker_answers(data_dir)


def test_a_role_is_played_once(data_dir: Path, start: Start) -> None:
    start("broker")
    wait_until(lambda: servers.broker_answers(data_dir))

    second = start("broker")

    assert second.wait(20) == 1
    assert second.stderr is not None
    assert b"already is its broker." in second.stderr.read()


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("PORT", "Film Room: Port {0} is taken: choose another, as in `make run PORT={1}`.\n"),
        (
            "EMBEDDED_BUCKET_PORT",
            "Film Room: Port {0}, meant for the embedded bucket, is taken: "
            "choose another, as in `make run EMBEDDED_BUCKET_PORT={1}`.\n",
        ),
    ],
)
def test_a_taken_port_is_one_line(
    environment: dict[str, str], start: Start, variable: str, sentence: str
) -> None:
    port = int(environment[variable])
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        launcher = start("run")
        _, errors = launcher.communicate(timeout=60)

    assert (launcher.returncode, errors.decode()) == (1, sentence.format(port, port + 1))


def test_two_launchers_do_not_share_a_data_directory(
    data_dir: Path, environment: dict[str, str], start: Start
) -> None:
    (data_dir / "run").mkdir(parents=True)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time, pathlib; from filmroom.embedded import roles;"
            "roles.hold_launcher(pathlib.Path(sys.argv[1])); print('held', flush=True);"
            "time.sleep(60)",
            str(data_dir),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        launcher = start("run")
        _, errors = launcher.communicate(timeout=60)
    finally:
        holder.kill()
        holder.communicate()

    assert launcher.returncode == 1
    assert errors.decode() == (
        f"Film Room: process {holder.pid} already runs it from {data_dir}: stop that one first.\n"
    )
