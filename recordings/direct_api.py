"""The door to what goes straight to the bucket: forms, parts, and which session a file is of."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from filmroom.middleware import clock_of
from recordings import serializers as shapes
from recordings import tasks, uploads
from recordings.clues import LooseFile
from recordings.doors import RecordingsViewSet, checked
from recordings.loose_files import match_files
from recordings.models import SessionUpload
from recordings.resuming import open_multiparts
from recordings.shaping import shape_matched_file, shape_open_multipart


class PresignViewSet(RecordingsViewSet):
    """A form to send one file straight to the bucket."""

    writes = True
    throttle_scope = "presign"

    @extend_schema(parameters=[shapes.PresignQuery], responses=shapes.PresignedOut)
    def retrieve(self, request: Request) -> Response:
        """Get a presigned POST form for one file."""
        data = checked(shapes.PresignQuery, request.query_params)
        upload, form, largest = uploads.presign(
            session=self.session(data.pop("session_id")),
            by=self.user,
            token_id=self.token_id,
            **data,
        )
        return Response(
            {
                "upload_id": upload.pk,
                "method": "POST",
                "upload_url": form.url,
                "fields": form.fields,
                "s3_key": upload.s3_key,
                "expires_in": uploads.url_seconds(),
                "expires_at": upload.grant_until,
                "max_size_bytes": largest,
            }
        )


def _confirmed(upload: SessionUpload) -> Response:
    tasks.nudge_if_unexamined(upload)
    return Response(
        {
            "upload_id": upload.pk,
            "session_id": upload.session_id,
            "status": upload.status,
            "s3_key": upload.s3_key,
            "size_bytes": upload.size_bytes,
            "mime_type": upload.mime_type,
        }
    )


class DirectViewSet(RecordingsViewSet):
    """Uploads that go straight to the bucket: confirm one, or send it in parts."""

    never_replayed = frozenset({"sign"})

    throttle_scope = "presign"

    @extend_schema(request=None, responses=shapes.ConfirmedOut)
    def confirm(self, request: Request, upload_id: str) -> Response:
        """Say that the file is in the bucket; it is checked."""
        return _confirmed(uploads.confirm(upload=self.upload(upload_id), by=self.user))

    @extend_schema(request=shapes.MultipartInput, responses={201: shapes.MultipartOut})
    def open(self, request: Request) -> Response:
        """Open an upload in parts."""
        data = checked(shapes.MultipartInput, request.data)
        upload = uploads.open_multipart(
            session=self.session(data["session_id"]),
            filename=data["filename"],
            content_type=data.get("content_type", ""),
            size_bytes=data["size_bytes"],
            file_modified_at=data.get("file_modified_at"),
            platform=data.get("platform", ""),
            by=self.user,
            token_id=self.token_id,
        )
        answer = {
            "upload_id": upload.pk,
            "s3_key": upload.s3_key,
            "part_size_bytes": upload.part_size_bytes,
            "part_count": upload.part_count,
            "expires_at": upload.expires_at,
        }
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(filters=False, responses=shapes.OpenMultipartOut(many=True))
    def list(self, request: Request) -> Response:
        """List your own open uploads in parts, newest first, to go on with them."""
        page = self.paginate_queryset(open_multiparts(self.user)) or ()
        return self.get_paginated_response([shape_open_multipart(upload) for upload in page])

    @extend_schema(responses=shapes.PartsOut)
    def parts(self, request: Request, upload_id: str) -> Response:
        """List the parts that the bucket has, to resume from them."""
        present = uploads.uploaded_parts(upload=self.upload(upload_id))
        return Response(
            {
                "parts": [
                    {"part_number": part.number, "size_bytes": part.size_bytes, "etag": part.etag}
                    for part in present
                ]
            }
        )

    @extend_schema(request=shapes.PartNumbersInput, responses=shapes.PartUrlsOut)
    def sign(self, request: Request, upload_id: str) -> Response:
        """Get URLs to PUT parts to."""
        upload = self.upload(upload_id)
        numbers = checked(shapes.PartNumbersInput, request.data)["part_numbers"]
        urls = uploads.sign_parts(upload=upload, part_numbers=numbers, by=self.user)
        return Response(
            {
                "urls": {str(number): url for number, url in urls.items()},
                "expires_in": uploads.url_seconds(),
            }
        )

    @extend_schema(request=shapes.CompleteInput, responses=shapes.ConfirmedOut)
    def complete(self, request: Request, upload_id: str) -> Response:
        """Put the parts together; the result is checked as on confirm."""
        upload = self.upload(upload_id)
        named = checked(shapes.CompleteInput, request.data)["parts"]
        parts = [uploads.NamedPart(part["part_number"], part["etag"]) for part in named]
        return _confirmed(uploads.complete_multipart(upload=upload, parts=parts, by=self.user))

    @extend_schema(responses={204: None})
    def abort(self, request: Request, upload_id: str) -> Response:
        """Give an upload in parts up; its parts leave the bucket."""
        uploads.cancel(upload=self.upload(upload_id), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MatchViewSet(RecordingsViewSet):
    """Which session files belong to, before they are sent."""

    # A POST for the length of its body only: a read token may ask, and each time anew.
    writes = False
    never_replayed = frozenset({"match"})

    @extend_schema(request=shapes.MatchFilesInput, responses=shapes.MatchedFilesOut)
    def match(self, request: Request) -> Response:
        """Ask which of your sessions files belong to. Nothing is stored."""
        files = checked(shapes.MatchFilesInput, request.data)["files"]
        found = match_files(
            files=[LooseFile(**file) for file in files],
            by=self.user,
            # Answers are in UTC; a recorder writes names by the clock on its owner's wall.
            zone=clock_of(request, self.user.time_zone),
        )
        return Response({"files": [shape_matched_file(each) for each in found]})
