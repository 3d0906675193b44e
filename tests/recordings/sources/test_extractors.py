"""yt-dlp under guard: what its extractors may ask, and what they must never do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.networking.common import Request

from recordings.browsing import Browser
from recordings.fetching import FetchError, FetchSession
from recordings.sources import SourceError
from recordings.sources.errors import ExpiredOrDeleted
from recordings.sources.extractors import HLS, Extracted, ExtractionFailed, extract
from tests.origins import Origin, a_file, a_page, endless, redirect, status
from tests.recordings.sources.conftest import Play

HOST, OTHER = "videos.example", "elsewhere.example"
URL = f"https://{HOST}/watch"
Act = Callable[[InfoExtractor], Any]


@pytest.fixture
def origin(play: Play) -> Origin:
    return play(HOST, OTHER)


def run(act: Act, *, passcode: str = "", look: Callable[[Any], None] | None = None) -> Extracted:
    """What comes of an extractor that does ``act``."""

    class ActingIE(InfoExtractor):
        _VALID_URL = r"https?://videos\.example/.*"

        def _real_extract(self, url: str) -> Any:
            made = act(self)
            return {"id": "1", "title": "A talk", "formats": [{"url": URL}], **(made or {})}

    with FetchSession() as session:
        return extract(
            ActingIE,
            URL,
            Browser(session),
            passcode=passcode,
            look=look or (lambda answer: None),
            trusted=lambda address: address.startswith(f"https://{HOST}/"),
        )


def fetching(url: str, **named: Any) -> Act:
    def act(extractor: InfoExtractor) -> None:
        extractor._download_webpage(url, "1", **named)

    return act


@pytest.mark.parametrize("fatal", [True, False], ids=["fatal", "not fatal"])
@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest", "http://[::1]/"],
)
def test_inward_addresses_are_blocked_whether_it_minds_or_not(
    url: str, fatal: bool, origin: Origin
) -> None:
    with pytest.raises(FetchError) as error:
        run(fetching(url, fatal=fatal))
    assert error.value.code == "blocked_address"
    assert origin.requests == []


def test_a_redirect_inwards_is_blocked(origin: Origin) -> None:
    origin.serve("/page", redirect("http://169.254.169.254/latest/meta-data"))
    with pytest.raises(FetchError) as error:
        run(fetching(f"https://{HOST}/page"))
    assert error.value.code == "blocked_address"
    assert origin.paths() == ["/page"]


def test_redirects_end(origin: Origin) -> None:
    origin.serve("/page", redirect("/page"))
    with pytest.raises(FetchError) as error:
        run(fetching(f"https://{HOST}/page"))
    assert error.value.code == "too_many_redirects"
    assert len(origin.requests) == 6


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://videos.example/a", "ws://videos.example/", "data:text/plain,a"],
)
def test_only_the_web_is_spoken(url: str, origin: Origin) -> None:
    with pytest.raises((ExtractionFailed, FetchError)):
        run(lambda extractor: extractor._downloader.urlopen(Request(url)))
    assert origin.requests == []


def test_headers_and_cookies_stay_with_their_host(origin: Origin) -> None:
    origin.serve("/page", redirect(f"https://{OTHER}/there", cookies=["ticket=t; Path=/"]))
    origin.serve("/there", a_page(b"<p>there</p>"))
    origin.serve("/again", a_page(b"<p>again</p>"))

    def act(extractor: InfoExtractor) -> None:
        headers = {"Authorization": "Bearer s3cret", "accessPwd": "s3cret", "Cookie": "own=1"}
        extractor._download_webpage(f"https://{HOST}/page", "1", headers=headers)
        extractor._download_webpage(f"https://{HOST}/again", "1")

    run(act)
    first, there, again = origin.requests
    assert first.headers["authorization"] == "Bearer s3cret"
    assert not {"authorization", "accesspwd", "cookie"} & set(there.headers)
    assert again.headers["cookie"] == "ticket=t"
    assert {each.headers["user-agent"] for each in origin.requests} == {
        "Mozilla/5.0 (compatible; FilmRoom/1.0)"
    }


def test_a_body_goes_to_the_platform_only(origin: Origin) -> None:
    origin.serve("/form", a_page(b"<p>taken</p>"))
    with pytest.raises(ExtractionFailed):
        run(fetching(f"https://{OTHER}/form", data=b"password=s3cret"))
    assert origin.requests == []
    run(fetching(f"https://{HOST}/form", data=b"password=s3cret"))
    assert [(each.method, each.body) for each in origin.requests] == [("POST", b"password=s3cret")]


def test_a_page_without_end_is_not_read_to_it(origin: Origin) -> None:
    origin.serve("/page", endless())
    with pytest.raises(FetchError) as error:
        run(fetching(f"https://{HOST}/page"))
    assert error.value.code == "too_large"


def test_what_a_look_raises_ends_it_as_it_is(origin: Origin) -> None:
    origin.serve("/page", a_page(b"<p>no</p>", status=404))
    looked: list[int] = []

    def look(answer: Any) -> None:
        looked.append(answer.status)
        raise ExpiredOrDeleted("Videos")

    with pytest.raises(SourceError) as error:
        run(fetching(f"https://{HOST}/page", fatal=False), look=look)
    assert error.value.code == "expired_or_deleted"
    assert looked == [404]


def test_a_refusal_is_told_with_its_status(origin: Origin) -> None:
    origin.serve("/page", status(451, body=b"not here"))
    with pytest.raises(ExtractionFailed) as error:
        run(fetching(f"https://{HOST}/page"))
    assert error.value.answer is not None
    assert (error.value.answer.status, error.value.answer.body) == (451, b"not here")
    assert HOST not in str(error.value)


STUMBLES: dict[str, Act] = {
    "a missing key": lambda extractor: dict[str, str]()["missing"],
    "nothing": lambda extractor: len(None),  # type: ignore[arg-type]
    "no JSON": lambda extractor: extractor._parse_json("<html>", "1"),
    "no match": lambda extractor: extractor._search_regex("x", "y", "name"),
    "a playlist": lambda extractor: {"_type": "playlist", "entries": []},
    "another extractor": lambda extractor: extractor.url_result("http://127.0.0.1/", "Generic"),
}


@pytest.mark.parametrize("act", STUMBLES.values(), ids=STUMBLES.keys())
def test_a_page_that_changed_is_one_failure_only(act: Act, origin: Origin) -> None:
    with pytest.raises(ExtractionFailed):
        run(act)
    assert origin.requests == []


def test_manifests_are_left_alone(origin: Origin) -> None:
    def act(extractor: InfoExtractor) -> Any:
        formats = extractor._extract_m3u8_formats("http://127.0.0.1/a.m3u8", "1", "mp4")
        more = extractor._extract_mpd_formats(f"https://{HOST}/a.mpd", "1", mpd_id="dash")
        return {"formats": formats + more}

    found = run(act)
    assert [each["url"] for each in found.formats] == [
        "http://127.0.0.1/a.m3u8",
        f"https://{HOST}/a.mpd",
    ]
    assert found.formats[0]["protocol"] == HLS
    assert origin.requests == []


def test_no_program_is_started_and_nothing_of_the_machine_is_read(
    origin: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess.Popen, "__init__", forbidden)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    plugin = tmp_path / "yt-dlp" / "plugins" / "one" / "yt_dlp_plugins" / "extractor"
    plugin.mkdir(parents=True)
    (plugin / "mine.py").write_text(f"open({str(tmp_path / 'loaded')!r}, 'w')")
    (tmp_path / "yt-dlp" / "config").write_text("--exec touch\n")
    origin.serve("/page", a_file(b"<p>a page</p>", content_type="text/html"))

    def act(extractor: InfoExtractor) -> None:
        extractor._download_webpage(f"https://{HOST}/page", "1", impersonate=True)
        extractor.cache.store("videos", "token", "t")

    run(act)
    assert origin.paths() == ["/page"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["yt-dlp"]


def test_plugins_are_not_loaded_by_a_process_that_begins(tmp_path: Path) -> None:
    plugin = tmp_path / "yt-dlp" / "plugins" / "one" / "yt_dlp_plugins" / "extractor"
    plugin.mkdir(parents=True)
    (plugin / "mine.py").write_text(f"open({str(tmp_path / 'loaded')!r}, 'w')")
    program = (
        "import recordings.sources.extractors; from yt_dlp.YoutubeDL import YoutubeDL;"
        "YoutubeDL(auto_init=False)"
    )
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "filmroom.settings"}
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, **environment})
    assert not (tmp_path / "loaded").exists()


def test_only_the_one_extractor_is_there(origin: Origin) -> None:
    seen: dict[str, Any] = {}

    def act(extractor: InfoExtractor) -> None:
        downloader = extractor._downloader
        seen["extractors"] = dict(downloader._ies)
        seen["handlers"] = list(downloader._request_director.handlers)

    run(act)
    assert seen == {"extractors": {}, "handlers": ["_Guarded"]}
    assert "yt_dlp.extractor.generic" not in sys.modules


def test_a_passcode_is_not_repeated_in_a_failure(origin: Origin) -> None:
    origin.serve("/page", status(400))
    with pytest.raises(ExtractionFailed) as error:
        run(fetching(f"https://{HOST}/page?p=s3cret"), passcode="s3cret")
    assert "s3cret" not in str(error.value)
    assert "s3cret" not in repr(error.value)
