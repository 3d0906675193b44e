"""Samples are real, small, and the same each time."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest

from recordings.media.samples import RECIPES, write_sample
from tests.recordings.media.variants import sample


@pytest.mark.parametrize("container", list(RECIPES))
def test_the_same_arguments_make_the_same_bytes(container: str) -> None:
    first = sample(container, title="Review")
    assert first == sample(container, title="Review")
    assert 10_000 < len(first) < 400_000


def test_the_title_and_the_size_are_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "demo.mp4"
    write_sample(path, container="mp4", seconds=1, width=160, height=90, title="Wöche 1")
    with av.open(str(path)) as opened:
        assert opened.metadata["title"] == "Wöche 1"
        video = opened.streams.video[0]
        assert (video.width, video.height) == (160, 90)


@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_the_picture_moves_and_the_tone_sounds(container: str) -> None:
    target = io.BytesIO()
    write_sample(target, container=container, seconds=2)
    with av.open(io.BytesIO(target.getvalue()), "r") as opened:
        pictures = [bytes(frame.planes[0]) for frame in opened.decode(video=0)]
    with av.open(io.BytesIO(target.getvalue()), "r") as opened:
        loudest = max(max(bytes(frame.planes[0])) for frame in opened.decode(audio=0))
    assert len(pictures) == 50
    assert len(set(pictures)) == 50
    assert loudest > 0


def test_an_unknown_container_is_refused() -> None:
    with pytest.raises(KeyError):
        write_sample(io.BytesIO(), container="gif")
