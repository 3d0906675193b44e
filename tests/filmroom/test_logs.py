"""Where log lines go."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOG_ONE_LINE = """
import sys
sys.argv[0] = {program!r}
from filmroom.logs import configure
configure({{"level": "INFO", "as_json": True}})
import structlog
structlog.get_logger("test").info("it_happened")
"""


@pytest.mark.parametrize(
    ("program", "stream"), [("./manage.py", "stderr"), ("/usr/bin/celery", "stdout")]
)
def test_a_command_keeps_its_stdout_for_its_answer(program: str, stream: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOG_ONE_LINE.format(program=program)],
        capture_output=True,
        text=True,
        check=True,
    )
    spoken = {"stdout": done.stdout, "stderr": done.stderr}
    assert "it_happened" in spoken.pop(stream)
    assert list(spoken.values()) == [""]
