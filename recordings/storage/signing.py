"""Signed URLs and forms: what a browser needs to talk to the bucket without our keys.

Query signatures are computed here, with the day's key cached, because botocore takes 0.4 ms for
each and a large upload needs a thousand; tests hold them equal to botocore's.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from .client import ENCRYPTION, Connection, connection
from .errors import translated
from .keys import content_disposition

# S3 refuses longer ones.
MAX_EXPIRES_IN = 7 * 24 * 3600
ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class PresignedPost:
    """Where a browser POSTs a file, and the form fields that must stand before the file."""

    url: str
    fields: dict[str, str]


def presign_post(
    key: str, *, content_type: str, min_bytes: int, max_bytes: int, expires_in: int
) -> PresignedPost:
    """A form that stores one object: exactly this key, type and encryption, a size in range.

    Sizes in bytes, ``expires_in`` in seconds. Raises StorageError when there are no keys to sign.
    """
    held = connection()
    fields = {"x-amz-server-side-encryption": ENCRYPTION, "Content-Type": content_type}
    conditions: list[object] = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", min_bytes, max_bytes])
    with translated():
        form = held.client.generate_presigned_post(
            held.bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=expires_in
        )
    return PresignedPost(url=form["url"], fields=form["fields"])


def presign_get(
    key: str,
    *,
    filename: str,
    mime_type: str,
    disposition: str = "attachment",
    expires_in: int,
    version_id: str | None = None,
) -> str:
    """A URL that reads the object, under that name and type, for ``expires_in`` seconds.

    ``disposition`` is ``attachment`` (download) or ``inline`` (playback); with ``version_id`` it
    reads exactly that version.
    """
    query = {
        "response-content-disposition": content_disposition(disposition, filename),
        "response-content-type": mime_type,
    }
    if version_id:
        query["versionId"] = version_id
    return presign("GET", key, query=query, expires_in=expires_in)


def sign_parts(
    key: str, multipart_id: str, part_numbers: Iterable[int], expires_in: int
) -> dict[int, str]:
    """A URL for each part number, to PUT that part to, valid for ``expires_in`` seconds."""
    signer = _Signer(connection(), expires_in)
    path = signer.path(key)
    upload = f"uploadId={_encode(multipart_id)}"
    return {
        number: signer.url(
            "PUT",
            path,
            shown=f"{upload}&partNumber={number}",
            canonical=(f"partNumber={number}", upload),
        )
        for number in part_numbers
    }


def presign(method: str, key: str, *, query: dict[str, str], expires_in: int) -> str:
    """A signed URL for ``method`` on the object, or on the bucket when ``key`` is empty."""
    signer = _Signer(connection(), expires_in)
    pairs = [f"{_encode(name)}={_encode(value)}" for name, value in query.items()]
    return signer.url(method, signer.path(key), shown="&".join(pairs), canonical=pairs)


class _Signer:
    """Signs any number of requests that share a moment, credentials and lifetime."""

    def __init__(self, held: Connection, expires_in: int) -> None:
        if not 1 <= expires_in <= MAX_EXPIRES_IN:
            raise ValueError(f"expires_in must be from 1 to {MAX_EXPIRES_IN} seconds")
        with translated():
            credentials = held.credentials()
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/{held.region}/s3/aws4_request"
        auth = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{credentials.access_key}/{scope}",
            "X-Amz-Date": now,
            "X-Amz-Expires": str(expires_in),
            "X-Amz-SignedHeaders": "host",
        }
        if credentials.token:
            auth["X-Amz-Security-Token"] = credentials.token
        self._auth = [f"{name}={_encode(value)}" for name, value in auth.items()]
        self._auth_query = "&".join(self._auth)
        self._key = _day_key(credentials.secret_key, now[:8], held.region)
        self._to_sign = f"{ALGORITHM}\n{now}\n{scope}\n"
        self._host = held.host
        address = urlsplit(held.base_url)
        self._origin, self._bucket_path = f"{address.scheme}://{address.netloc}", address.path

    def path(self, key: str) -> str:
        """The percent-encoded path of the object; S3 signs it as it stands, `//` and `..` too."""
        return f"{self._bucket_path}/{quote(key, safe='/~')}"

    def url(self, method: str, path: str, *, shown: str, canonical: Iterable[str]) -> str:
        """The signed URL; ``shown`` is the query as it is sent, ``canonical`` its encoded pairs."""
        query = "&".join(sorted((*canonical, *self._auth), key=_by_name))
        request = f"{method}\n{path}\n{query}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(request.encode()).hexdigest()
        signature = hmac.new(self._key, f"{self._to_sign}{digest}".encode(), "sha256").hexdigest()
        sent = f"{shown}&{self._auth_query}" if shown else self._auth_query
        return f"{self._origin}{path}?{sent}&X-Amz-Signature={signature}"


def _by_name(pair: str) -> tuple[str, str, str]:
    return pair.partition("=")


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")


@lru_cache(maxsize=4)
def _day_key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
