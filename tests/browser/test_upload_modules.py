"""The uploader's modules apart from the DOM, each run by itself in a page."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from recordings.media.samples import write_sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = int(datetime(2026, 1, 20, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def run(page: Page) -> Callable[..., Any]:
    """Run the body of a function of ``m``, the module, and ``given``; return what it returns."""
    page.goto("/accounts/login/")

    def evaluate(module: str, body: str, given: object = None) -> Any:
        source = f"""async (given) => {{
            const m = await import("/static/js/upload/{module}.js");
            {body}
        }}"""
        return page.evaluate(source, given)

    return evaluate


def test_speed_is_smoothed_and_the_rest_said_as_people_say_it(run: Callable[..., Any]) -> None:
    rates = run(
        "speed",
        """const meter = m.speedometer();
        const rates = [meter.rate()];
        for (const [total, now] of given) { meter.add(total, now); rates.push(meter.rate()); }
        meter.pause();
        return [...rates, meter.rate()];""",
        [[0, 0], [1000, 1], [2000, 2], [500, 3], [1500, 4]],
    )
    assert rates[:4] == [None, None, 1000, 1000]
    assert 800 < rates[4] < 900  # a part that starts anew counts as no bytes, not as less
    assert rates[4] < rates[5] < 1000
    assert rates[6] is None
    left = "return given.map(([bytes, rate]) => m.secondsLeft(bytes, rate))"
    pairs = [[10, None], [10, 0.5], [3, 2], [41, 1], [61, 1], [5000, 1]]
    assert run("speed", left, pairs) == [None, None, 2, 45, 120, 5040]
    percents = "return given.map(([done, total]) => m.percent(done, total))"
    assert run("speed", percents, [[0, 0], [999, 1000], [1000, 1000], [5, 3]]) == [0, 99, 100, 100]


def test_files_start_in_their_order_a_few_at_a_time(run: Callable[..., Any]) -> None:
    states = ["paused", "sending", "waiting", "failed", "waiting"]
    body = """const items = given.map((state, id) => ({ id, state, size: 10, bytesDone: id }));
        const starting = (atOnce) => m.toStart(items, atOnce).map((item) => item.id);
        const impossible = m.after("done", "pause");
        return [starting(1), starting(2), starting(9), m.totals(items), impossible];"""
    one, two, nine, totals, impossible = run("queue", body, states)
    assert (one, two, nine, impossible) == ([], [2], [2, 4], None)
    assert totals == {
        "count": 5,
        "done": 0,
        "failed": 1,
        "paused": 1,
        "underWay": 3,
        "bytesDone": 7,
        "bytesTotal": 40,
    }


@pytest.mark.parametrize(
    ("name", "size", "modified", "is_same"),
    [
        ("a.mp4", 5, NOW + 2000, True),
        ("a.mp4", 5, None, True),
        ("a.mp4", 5, NOW + 2001, False),
        ("a.mp4", 6, NOW, False),
        ("b.mp4", 5, NOW, False),
    ],
)
def test_a_file_is_known_again(
    run: Callable[..., Any], name: str, size: int, modified: int | None, is_same: bool
) -> None:
    other = {"name": name, "size": size, "modified": modified}
    file = {"name": "a.mp4", "size": 5, "modified": NOW}
    assert run("queue", "return m.isSameFile(...given)", [file, other]) is is_same


def test_only_what_is_surely_no_recording_is_refused(run: Callable[..., Any]) -> None:
    body = "return given.map((bytes) => m.isSurelyNoRecording(new Uint8Array(bytes)))"
    refused = [
        b"PK\x03\x04\x14\0\6\0word/document.xml",
        b"%PDF-1.7\n\xe2\xe3\xcf\xd3",
        b"\xef\xbb\xbf<!doctype html><p>Anmelden f\xc3\xbcr die Aufnahme",
        b"#EXTM3U\n#EXT-X-VERSION:3\nhttps://x.example/1.ts",
        b"RIFF\x24\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\x7fELF\x02\x01\x01\0",
        "Ein Text, dessen letztes Zeichen zerschnitten ist: ü".encode()[:-1],
    ]
    assert run("sniffing", body, [list(head) for head in refused]) == [True] * len(refused)
    taken = [_sample(kind)[:4096] for kind in ("mp4", "matroska", "webm", "wav", "mp3", "ogg")]
    taken += [b"", b"short", b"#!AMR\n\x3c\x08\x9e", bytes(4096), b"MZ"]
    assert run("sniffing", body, [list(head) for head in taken]) == [False] * len(taken)


def _sample(container: str) -> bytes:
    buffer = io.BytesIO()
    write_sample(buffer, container=container, seconds=1)
    return buffer.getvalue()


HEADER = """const blob = new Blob([new Uint8Array(given)]);
    const found = await m.movieHeader(blob, new Date(%d));
    return found && [found.recordedAt?.toISOString() ?? null, found.durationSeconds];"""


def test_a_movies_header_is_read_wherever_it_lies(run: Callable[..., Any]) -> None:
    created = int(datetime(2026, 1, 14, 15, tzinfo=UTC).timestamp()) + 2_082_844_800
    short = _box(b"mvhd", _u32(0, created, 0, 600, 2_124_600), bytes(80))
    long = _box(b"mvhd", b"\1\0\0\0", _u64(created, 0), _u32(600), _u64(2_124_600), bytes(80))
    ftyp, data = _box(b"ftyp", b"isom\0\0\2\0"), _box(b"mdat", bytes(500))
    large = _u32(1) + b"mdat" + _u64(16 + 500) + bytes(500)
    at_three = ["2026-01-14T15:00:00.000Z", 3541]
    read = HEADER % NOW
    assert run("movie-header", read, list(ftyp + _box(b"moov", short) + data)) == at_three
    assert run("movie-header", read, list(ftyp + data + _box(b"moov", long))) == at_three
    assert run("movie-header", read, list(ftyp + large + _box(b"moov", short))) == at_three
    no_clock = _box(b"mvhd", _u32(0, 0, 0, 600, 0), bytes(80))
    assert run("movie-header", read, list(ftyp + _box(b"moov", no_clock))) == [None, None]
    tomorrow = _box(b"mvhd", _u32(0, created + 30 * 86400, 0, 1, 1), bytes(80))
    assert run("movie-header", read, list(ftyp + _box(b"moov", tomorrow))) == [None, 1]
    for broken in (b"", b"nothing of it", ftyp + data, ftyp + _box(b"moov"), _u32(0, 0, 0, 0)):
        assert run("movie-header", read, list(broken)) is None
    real = run("movie-header", read, list(_sample("mp4")))
    assert real[1] == pytest.approx(1, abs=0.1)


def _box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return _u32(8 + len(body)) + name + body


def _u32(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4) for number in numbers)


def _u64(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(8) for number in numbers)


def test_trying_again_takes_longer_and_the_network_wakes_it(run: Callable[..., Any]) -> None:
    pauses = "return [0, 1, 2, 6, 50].map((attempt) => m.pauseBefore(attempt, () => 1))"
    assert run("patience", pauses) == [500, 1000, 2000, 30_000, 30_000]
    woken = """const waiting = m.wait(60_000);
        window.dispatchEvent(new Event("online"));
        await waiting;
        await m.wait(1);
        const stopped = new AbortController();
        const ended = m.wait(60_000, stopped.signal).catch((error) => error.name);
        stopped.abort();
        return ended;"""
    assert run("patience", woken) == "AbortError"
    tries = """const { Refused } = await import("/static/js/upload/api.js");
        const errors = [
            new TypeError("no network"),
            new Refused(503, "away", ""),
            new Refused(429, "slow", "", 7),
        ];
        const told = [], pauses = [];
        const how = {
            onTrouble: (isTrouble) => told.push(isTrouble),
            pause: async (ms) => pauses.push(ms >= 7000),
        };
        const act = async () => { if (errors.length) throw errors.shift(); return "there"; };
        const answer = await m.persist(act, how);
        const refused = new Refused(409, "upload_closed", "It has ended.");
        const ended = await m.persist(async () => { throw refused; }, how).catch((e) => e.code);
        return [answer, told, pauses, ended];"""
    told = [True, True, True, False]
    expected = ["there", told, [False, False, True], "upload_closed"]
    assert run("patience", tries) == expected


def test_a_part_that_stalls_or_whose_file_is_gone_is_noticed(run: Callable[..., Any]) -> None:
    body = """let puts = 0;
        const stalls = ({ signal, onProgress }) => new Promise((resolve, reject) => {
            puts += 1;
            if (puts === 2) resolve("sent");
            onProgress({ loaded: 1, lengthComputable: true });
            signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        });
        const renewed = [];
        const how = {
            renew: async (number) => { renewed.push(number); return "new"; },
            check: async () => {}, onTrouble() {}, pause: async () => {}, stallMs: 5,
        };
        const part = {
            signature: { url: "old", partNumber: 3 }, body: new Blob(["x"]), onProgress() {},
            signal: new AbortController().signal,
        };
        const sent = await m.partSender({ ...how, put: stalls })(part);
        const arrayBuffer = async () => { throw new DOMException("", "NotFoundError"); };
        const gone = { slice: () => ({ arrayBuffer }) };
        const fails = async () => { throw new Error("Non 2xx"); };
        const lost = await m.partSender({ ...how, put: fails })({ ...part, body: gone })
            .catch((error) => error.name);
        return [sent, renewed, lost];"""
    assert run("part-sending", body) == ["sent", [3], "NotFoundError"]


def test_an_upload_stays_open_when_the_bucket_cannot_be_asked(run: Callable[..., Any]) -> None:
    body = """const request = async () => new Response("{}", { status: given });
        const api = m.uploadApi({ base: "", csrfToken: "", request });
        return api.howFar({ upload_id: "one", bytes_transferred: 7 });"""
    known = {"upload_id": "one", "bytes_transferred": 7}
    outcomes = {status: run("api", body, status) for status in (404, 409, 429, 503)}
    assert outcomes == {404: None, 409: None, 429: known, 503: known}


def test_addresses_of_parts_come_in_batches_and_anew_when_they_failed(
    run: Callable[..., Any],
) -> None:
    body = """const asked = [];
        let now = 0;
        const urlOf = m.partSigner({
            partCount: 25, now: () => now,
            sign: async (numbers) => {
                asked.push([numbers[0], numbers.length]);
                const tag = asked.length;
                const urls = Object.fromEntries(numbers.map((n) => [n, `${n}-${tag}`]));
                return { urls, expires_in: 100 };
            },
        });
        const got = [await urlOf(1), await urlOf(2), await urlOf(2), await urlOf(21)];
        now = 90;
        got.push(await urlOf(3));
        return [got, asked];"""
    got, asked = run("part-signing", body)
    assert got == ["1-1", "2-1", "2-2", "21-2", "3-3"]
    assert asked[:2] == [[1, 20], [2, 6]]


def test_clocks_of_time_zones_go_there_and_back(run: Callable[..., Any]) -> None:
    body = "return given.map(([text, zone]) => m.fromClock(text, zone))"
    moments = [
        ["2026-01-14T16:00", "Europe/Berlin"],
        ["2026-07-14T16:00", "Europe/Berlin"],
        ["2026-10-25T02:30", "Europe/Berlin"],
        ["2026-01-14T16:00", "Asia/Kolkata"],
        ["", "UTC"],
    ]
    assert run("zoned-time", body, moments) == [
        "2026-01-14T15:00:00Z",
        "2026-07-14T14:00:00Z",
        "2026-10-25T00:30:00Z",
        "2026-01-14T10:30:00Z",
        None,
    ]
    back = "return m.toClock('2026-01-14T23:30:00Z', 'Europe/Berlin')"
    assert run("zoned-time", back) == "2026-01-15T00:30"


def test_words_follow_the_language(run: Callable[..., Any]) -> None:
    body = """const words = m.wording({
            words: { files: ["{count} Datei", "{count} Dateien"], said: { hello: "Hallo {name}" } },
            locale: "de", timeZone: "Europe/Berlin",
        });
        return [
            words.counted("files", 1), words.counted("files", 2),
            words.say("said.hello", { name: "{x}" }),
            words.size(1536 * 1024), words.percent(62), words.duration(5400),
            words.moment("2026-01-14T23:30:00Z"), words.has("said.bye"),
        ];"""
    expected = "1 Datei|2 Dateien|Hallo {x}|1,5 MB|62 %|1 Stunde 30 Minuten|15.01.2026, 00:30"
    *said, has = [_plain(text) for text in run("wording", body)]
    assert ("|".join(said), has) == (expected, False)


def _plain(text: Any) -> Any:
    return text.replace("\u00a0", " ") if isinstance(text, str) else text


def test_what_is_known_of_a_file_goes_to_its_session(run: Callable[..., Any]) -> None:
    body = """const file = { name: "a.mp4", size: 5, type: "video/mp4;codecs=x", lastModified: 0 };
        const header = { recordedAt: new Date(0), durationSeconds: 1.23456 };
        const make = (answer, preset) => {
            const choice = m.newChoice({ id: 1, file, header, code: null });
            const nothing = { problem: null, open_upload: null, proposals: [], new_session: null };
            m.placeByAnswer(choice, { ...nothing, ...answer }, preset);
            return choice;
        };
        const proposal = { session_id: "s1", title: "One", sureness: "likely", why: "Same day." };
        const open = { upload_id: "u", session_id: "s2", session_title: "Two" };
        const preset = { id: "s3", title: "Three" };
        const all = [
            make({ proposals: [proposal] }),
            make({ proposals: [proposal], open_upload: open }),
            make({ open_upload: open }, preset),
            make({ open_upload: { ...open, session_id: "s3" } }, preset),
            make({}),
            make({ problem: { code: "too_large", detail: "" }, proposals: [proposal] }),
        ];
        const fresh = make({});
        const draft = { title: "New", scheduled_at: null, duration_minutes: 60 };
        m.choose(fresh, { title: "New", fresh: draft });
        return {
            described: m.described(all[0]),
            states: [...all, fresh].map(({ session, sureness, upload }) =>
                [session?.id ?? null, sureness, upload?.upload_id ?? null]),
            ready: m.ready([...all, fresh]).length,
            shared: [...m.sharedSessions(all)],
        };"""
    found = run("choices", body)
    assert found["described"] == {
        "filename": "a.mp4",
        "size_bytes": 5,
        "file_modified_at": "1970-01-01T00:00:00.000Z",
        "content_type": "video/mp4",
        "recorded_at": "1970-01-01T00:00:00.000Z",
        "duration_seconds": 1.235,
    }, json.dumps(found)
    assert found["states"] == [
        ["s1", "likely", None],
        ["s2", "resumed", "u"],
        ["s3", "chosen", None],
        ["s3", "chosen", "u"],
        [None, "none", None],
        ["s1", "likely", None],
        [None, "fresh", None],
    ]
    assert (found["ready"], found["shared"]) == (4, ["s3"])
