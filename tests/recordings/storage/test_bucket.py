from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.management import CommandError, call_command
from pytest_django import Settings

from recordings.storage import StorageError, bucket_rules, ensure_bucket, ping
from recordings.storage import bucket as bucket_module
from recordings.storage.client import connection

ALL_BUT_TLS = ["bucket", "encryption", "cors", "versioning", "lifecycle", "public access"]


@pytest.fixture
def no_bucket(settings: Settings, s3: Any) -> Any:
    """The name of a bucket that does not exist yet, on moto."""
    settings.AWS_S3_BUCKET = "not-yet"
    settings.SITE_URL = "https://film.example.com"
    yield "not-yet"
    if "not-yet" in [found["Name"] for found in s3.list_buckets()["Buckets"]]:
        s3.delete_bucket(Bucket="not-yet")


def states(dry_run: bool = False) -> dict[str, str]:
    return {report.name: report.state for report in ensure_bucket(dry_run=dry_run)}


def test_a_missing_bucket_is_made_and_set_up(no_bucket: str, s3: Any) -> None:
    assert states() == dict.fromkeys(ALL_BUT_TLS, "applied") | {"tls only": "unsupported"}
    assert states() == dict.fromkeys(ALL_BUT_TLS, "ok") | {"tls only": "unsupported"}
    assert s3.get_bucket_versioning(Bucket=no_bucket)["Status"] == "Enabled"
    (cors,) = s3.get_bucket_cors(Bucket=no_bucket)["CORSRules"]
    assert cors["AllowedOrigins"] == ["https://film.example.com"]
    assert set(cors["AllowedMethods"]) == {"GET", "HEAD", "POST", "PUT"}
    assert {"ETag", "Content-Range"} <= set(cors["ExposeHeaders"])
    rules = s3.get_bucket_lifecycle_configuration(Bucket=no_bucket)["Rules"]
    assert [rule["Filter"]["Prefix"] for rule in rules] == [
        *("recordings/", "recordings/", "sidecars/", "renditions/")
    ]
    assert rules[0]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rules[1]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rules[1]["Expiration"] == {"ExpiredObjectDeleteMarker": True}
    assert rules[2]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rules[3]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    (encryption,) = s3.get_bucket_encryption(Bucket=no_bucket)["ServerSideEncryptionConfiguration"][
        "Rules"
    ]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    block = s3.get_public_access_block(Bucket=no_bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert s3.list_object_versions(Bucket=no_bucket).get("Versions") is None


def test_a_dry_run_changes_nothing(no_bucket: str, s3: Any) -> None:
    assert states(dry_run=True) == {"bucket": "differs"}
    s3.create_bucket(Bucket=no_bucket)
    found = states(dry_run=True)
    assert found == dict.fromkeys(ALL_BUT_TLS, "differs") | {
        "bucket": "ok",
        "tls only": "unsupported",
        "encryption": found["encryption"],
    }
    with pytest.raises(ClientError, match="NoSuchCORSConfiguration"):
        s3.get_bucket_cors(Bucket=no_bucket)
    assert "Status" not in s3.get_bucket_versioning(Bucket=no_bucket)


def test_what_the_owner_has_set_stays(no_bucket: str, s3: Any) -> None:
    s3.create_bucket(Bucket=no_bucket)
    own_cors = {"ID": "own", "AllowedOrigins": ["https://own"], "AllowedMethods": ["GET"]}
    stale = {"ID": bucket_rules.CORS_ID, "AllowedOrigins": ["x"], "AllowedMethods": ["GET"]}
    s3.put_bucket_cors(Bucket=no_bucket, CORSConfiguration={"CORSRules": [own_cors, stale]})
    own_rule = {
        "ID": "own",
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "Expiration": {"Days": 5},
    }
    s3.put_bucket_lifecycle_configuration(
        Bucket=no_bucket, LifecycleConfiguration={"Rules": [own_rule]}
    )
    kms = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=no_bucket, ServerSideEncryptionConfiguration={"Rules": [kms]})
    assert states()["encryption"] == "ok"
    found_cors = s3.get_bucket_cors(Bucket=no_bucket)["CORSRules"]
    assert [rule["AllowedOrigins"] for rule in found_cors] == [
        ["https://own"],
        ["https://film.example.com"],
    ]
    found = s3.get_bucket_lifecycle_configuration(Bucket=no_bucket)["Rules"]
    assert found[0]["ID"] == "own"
    assert found[0]["Expiration"] == {"Days": 5}
    assert len(found) == 5
    kept = s3.get_bucket_encryption(Bucket=no_bucket)["ServerSideEncryptionConfiguration"]
    assert kept["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


def test_other_names_of_this_machine_may_upload_while_developing(settings: Settings) -> None:
    settings.SITE_URL, settings.DEBUG = "http://localhost:8000", True
    assert bucket_rules.cors_rule()["AllowedOrigins"] == [
        "http://127.0.0.1:8000",
        "http://localhost:8000",
    ]
    settings.SITE_URL, settings.DEBUG = "https://film.example.com/", False
    assert bucket_rules.cors_rule()["AllowedOrigins"] == ["https://film.example.com"]


def test_over_tls_everything_else_is_refused_and_the_owner_s_policy_stays(
    bucket: str, s3: Any
) -> None:
    own = {"Sid": "own", "Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketAcl",
           "Resource": f"arn:aws:s3:::{bucket}"}  # fmt: skip
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17",
                                                           "Statement": own}))  # fmt: skip
    held = connection()
    vars(held)["base_url"] = "https://moto"  # as if moto spoke TLS
    try:
        assert bucket_module._ensure_tls_only(held, dry_run=True).state == "differs"
        assert bucket_module._ensure_tls_only(held, dry_run=False).state == "applied"
        assert bucket_module._ensure_tls_only(held, dry_run=False).state == "ok"
    finally:
        del vars(held)["base_url"]
    statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert statements[0] == own
    assert statements[1]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statements[1]["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]


@pytest.mark.parametrize(
    ("code", "state"),
    [("NotImplemented", "unsupported"), ("MethodNotAllowed", "unsupported"),
     ("AccessDenied", "refused"), ("InvalidArgument", "refused")],
)  # fmt: skip
def test_it_says_what_the_store_refused(
    bucket: str, monkeypatch: pytest.MonkeyPatch, code: str, state: str
) -> None:
    def refuse(**_: Any) -> None:
        answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(answer, "PutBucketCors")

    monkeypatch.setattr(connection().client, "put_bucket_cors", refuse)
    reports = {report.name: report for report in ensure_bucket(dry_run=False)}
    assert (reports["cors"].state, code in reports["cors"].detail) == (state, True)
    assert reports["lifecycle"].state == "applied"


def test_a_setting_that_is_not_kept_counts_as_refused(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection().client, "put_bucket_cors", lambda **_: None)
    monkeypatch.setattr(bucket_module, "READ_BACK_PAUSE_SECONDS", 0)
    reports = {report.name: report for report in ensure_bucket(dry_run=False)}
    assert reports["cors"].state == "refused"
    assert "did not keep" in reports["cors"].detail


def test_a_block_that_would_stop_every_write_is_eased(
    bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Ceph 16 does under BlockPublicAcls."""

    def deny(**_: Any) -> None:
        answer: Any = {"Error": {"Code": "AccessDenied"}}
        raise ClientError(answer, "PutObject")

    monkeypatch.setattr(connection().client, "put_object", deny)
    assert states()["public access"] == "applied"
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert block == {
        "BlockPublicAcls": False,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    assert states()["public access"] == "ok"


def test_the_strict_store_keeps_it_all(strict_bucket: str) -> None:
    assert states() == dict.fromkeys(ALL_BUT_TLS, "ok") | {"tls only": "unsupported"}


def test_the_command_says_one_line_per_setting(
    no_bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"not-yet does not exist: run manage\.py setup_bucket"):
        call_command("setup_bucket", "--check")
    call_command("setup_bucket")
    call_command("setup_bucket", "--check")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:7]] == [
        "bucket", "encryption", "cors", "versioning", "lifecycle", "public", "tls",
    ]  # fmt: skip
    assert "ok" in lines[7]
    assert len(lines) == 14


def test_an_unreachable_store_is_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    settings.AWS_S3_ENDPOINT_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="cannot be reached or used") as raised:
        call_command("setup_bucket", "--check")
    assert "127.0.0.1" not in str(raised.value)


def test_ping(bucket: str, settings: Settings) -> None:
    ping()
    settings.AWS_S3_BUCKET = "no-such-bucket"
    with pytest.raises(StorageError):
        ping()
    settings.AWS_S3_ENDPOINT_URL = "http://127.0.0.1:9"
    with pytest.raises(StorageError) as raised:
        ping()
    assert raised.value.http_status == 503
