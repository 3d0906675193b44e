"""Signatures: equal to botocore's, and refused by a store that looks when anything differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
import urllib3
from pytest_django import Settings

from recordings.storage import (
    content_disposition,
    create_multipart,
    head,
    presign_get,
    presign_post,
    sign_parts,
)
from recordings.storage.client import connection

NASTY = "recordings/a b/é+%&=~//../x y'(1)!*😀.mp4"
NewKey = Callable[..., str]


@pytest.mark.parametrize(
    ("endpoint", "region", "bucket"),
    [
        (None, "us-east-1", "film"),
        (None, "eu-central-1", "film"),
        (None, "eu-central-1", "film.room"),
        ("https://s3.example.com:443", "us-east-1", "film"),
        ("http://127.0.0.1:9000", "us-east-1", "film"),
        ("https://s3.example.com/gate", "garage", "film"),
    ],
)
def test_signed_urls_are_those_of_botocore(
    settings: Settings, endpoint: str | None, region: str, bucket: str
) -> None:
    settings.AWS_S3_ENDPOINT_URL, settings.AWS_REGION = endpoint, region
    settings.AWS_S3_BUCKET = bucket
    client = connection().client
    with time_machine.travel(datetime(2026, 3, 1, 23, 59, tzinfo=UTC), tick=False):
        assert sign_parts(NASTY, "a/b+c~d==", [7, 10000], 900) == {
            number: client.generate_presigned_url(
                "upload_part",
                Params={
                    "Bucket": bucket,
                    "Key": NASTY,
                    "UploadId": "a/b+c~d==",
                    "PartNumber": number,
                },
                ExpiresIn=900,
            )
            for number in (7, 10000)
        }
        ours = presign_get(
            NASTY,
            filename="né x.mp4",
            mime_type="video/mp4",
            disposition="inline",
            expires_in=60,
            version_id="v/1+",
        )
        assert ours == client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": bucket,
                "Key": NASTY,
                "ResponseContentDisposition": content_disposition("inline", "né x.mp4"),
                "ResponseContentType": "video/mp4",
                "VersionId": "v/1+",
            },
            ExpiresIn=60,
        )


def test_a_role_with_a_session_token_signs_as_botocore(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AWS_ACCESS_KEY_ID = settings.AWS_SECRET_ACCESS_KEY = None
    settings.AWS_S3_BUCKET = "role"
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.setenv(f"AWS_{name}", f"temporary/{name}==")
    held = connection()
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        assert sign_parts("k", "u", [1], 60)[1] == held.client.generate_presigned_url(
            "upload_part",
            Params={"Bucket": "role", "Key": "k", "UploadId": "u", "PartNumber": 1},
            ExpiresIn=60,
        )


def test_the_day_key_is_renewed_at_midnight() -> None:
    with time_machine.travel(datetime(2026, 3, 1, 23, 59, tzinfo=UTC), tick=False) as clock:
        before = sign_parts("k", "u", [1], 60)[1]
        clock.shift(timedelta(minutes=2))
        after = sign_parts("k", "u", [1], 60)[1]
    assert "%2F20260301%2F" in before
    assert "%2F20260302%2F" in after


@pytest.mark.parametrize("seconds", [0, -1, 7 * 24 * 3600 + 1])
def test_a_lifetime_that_s3_refuses_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="expires_in"):
        sign_parts("k", "u", [1], seconds)


class TestPost:
    """What the signed form lets a browser do, and nothing else."""

    @pytest.fixture(autouse=True)
    def _form(self, strict_bucket: str, new_key: NewKey, http: urllib3.PoolManager) -> None:
        self.http = http
        self.key = new_key("p é.mp4")
        self.form = presign_post(
            self.key, content_type="video/mp4", min_bytes=1, max_bytes=1000, expires_in=60
        )

    def post(self, data: bytes = b"bytes", changed: dict[str, str | None] | None = None) -> int:
        fields = {**self.form.fields, **(changed or {})}
        body: dict[str, object] = {n: v for n, v in fields.items() if v is not None}
        body["file"] = ("p.mp4", data, "video/mp4")
        answer = self.http.request("POST", self.form.url, fields=body)  # type: ignore[arg-type]
        return answer.status

    def test_the_file_is_stored_as_said(self) -> None:
        assert self.post() == 204
        stored = head(self.key)
        assert stored is not None
        assert (stored.size_bytes, stored.content_type) == (5, "video/mp4")
        assert stored.encryption == "AES256"

    @pytest.mark.parametrize(
        "changed",
        [
            {"key": "recordings/elsewhere.mp4"},
            {"Content-Type": "text/html"},
            {"x-amz-server-side-encryption": None},
            {"x-amz-server-side-encryption": "aws:kms"},
            {"policy": None},
            {"acl": "public-read"},
        ],
    )
    def test_no_field_can_be_changed(self, changed: dict[str, str | None]) -> None:
        assert self.post(changed=changed) in (400, 403)
        assert head(self.key) is None
        assert head("recordings/elsewhere.mp4") is None

    @pytest.mark.parametrize("size", [0, 1001])
    def test_the_size_is_bounded(self, size: int) -> None:
        assert self.post(b"x" * size) == 400
        assert head(self.key) is None

    def test_another_bucket_is_refused(self, strict_endpoint: str) -> None:
        self.form = type(self.form)(f"{strict_endpoint}/another", self.form.fields)
        assert self.post() in (403, 404)

    def test_it_expires(self) -> None:
        with time_machine.travel(datetime.now(UTC) - timedelta(hours=1), tick=False):
            self.form = presign_post(
                self.key, content_type="video/mp4", min_bytes=1, max_bytes=1000, expires_in=60
            )
        assert self.post() == 403
        assert head(self.key) is None


class TestUrls:
    @pytest.fixture(autouse=True)
    def _object(self, strict_bucket: str, new_key: NewKey, http: urllib3.PoolManager) -> None:
        self.http = http
        self.key, self.other = new_key("a.mp4"), new_key("b.mp4")
        held = connection()
        for key in (self.key, self.other):
            held.client.put_object(Bucket=held.bucket, Key=key, Body=key.encode())

    def url(self, *, expires_in: int = 60, version_id: str | None = None) -> str:
        return presign_get(
            self.key,
            filename="né.mp4",
            mime_type="video/mp4",
            expires_in=expires_in,
            version_id=version_id,
        )

    def test_a_download_has_name_and_type(self) -> None:
        answer = self.http.request("GET", self.url())
        assert (answer.status, answer.data) == (200, self.key.encode())
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.headers["Content-Disposition"] == (
            "attachment; filename=\"ne.mp4\"; filename*=UTF-8''n%C3%A9.mp4"
        )

    def test_a_player_reads_ranges(self) -> None:
        answer = self.http.request("GET", self.url(), headers={"Range": "bytes=0-9"})
        assert (answer.status, answer.data) == (206, b"recordings")

    def test_a_version_is_pinned(self) -> None:
        held = connection()
        stored = head(self.key)
        assert stored is not None
        held.client.put_object(Bucket=held.bucket, Key=self.key, Body=b"replaced")
        answer = self.http.request("GET", self.url(version_id=stored.version_id))
        assert answer.data == self.key.encode()

    def test_swapped_changed_unsigned_or_expired_is_refused(self) -> None:
        url = self.url()
        path = url.partition("?")[0]
        with time_machine.travel(datetime.now(UTC) - timedelta(minutes=2), tick=False):
            old = self.url()
        for refused in (
            url.replace(self.key.rpartition("/")[2], self.other.rpartition("/")[2]),
            url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
            url.replace("video%2Fmp4", "text%2Fhtml"),
            path,
            old,
        ):
            assert self.http.request("GET", refused).status == 403, refused
        assert self.http.request("PUT", url, body=b"x").status == 403
        assert self.http.request("DELETE", url).status == 403

    def test_a_part_url_takes_that_part_only(self, new_key: NewKey) -> None:
        key = new_key()
        multipart_id = create_multipart(key, content_type="video/mp4")
        url = sign_parts(key, multipart_id, [1], 60)[1]
        swapped = url.replace("partNumber=1", "partNumber=2")
        assert self.http.request("PUT", swapped, body=b"x").status == 403
        assert self.http.request("PUT", url, body=b"x").status == 200
