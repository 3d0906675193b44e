"""The door to recordings. It finds what the caller may see, calls a room, shapes the answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import ApiViewSet
from accounts.models import User
from filmroom.json import StrictJSONParser
from recordings import imports, playback, removal, sync, tasks, uploads
from recordings import serializers as shapes
from recordings.models import SessionUpload, SyncRun
from recordings.receiving import expect_recording
from recordings.shaping import shape_run, shape_sessions, shape_upload
from sessions_app.filters import SessionFilter
from sessions_app.models import Session

# In the classes below `list` is the action.
Rows = list[dict[str, Any]]


def _checked(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


class RecordingsViewSet(ApiViewSet):
    """What the recordings endpoints share: everything starts at what the caller may see."""

    serializer_class: type[serializers.Serializer[Any]] = shapes.SessionRecordingOut

    def get_queryset(self) -> QuerySet[Any]:
        visible: QuerySet[Session] = Session.objects.visible_to(self.user)
        return visible

    def session(self, session_id: UUID | str) -> Session:
        """Return a session that the caller may see; anything else is 404."""
        session = self.get_queryset().filter(pk=session_id).first()
        if session is None:
            raise Http404
        return session

    def upload(self, upload_id: UUID | str) -> SessionUpload:
        """Return an upload that the caller may see; anything else is 404."""
        visible = SessionUpload.objects.visible_to(self.user)
        upload = visible.filter(pk=upload_id).select_related("session").first()
        if upload is None:
            raise Http404
        return upload


class SessionRecordingsViewSet(RecordingsViewSet):
    """Sessions with their recordings."""

    filterset_class = SessionFilter

    @extend_schema(
        parameters=[shapes.SessionQuery], responses=shapes.SessionRecordingOut(many=True)
    )
    def list(self, request: Request) -> Response:
        """List sessions with their recordings, newest first."""
        found = self.filter_queryset(self.get_queryset())
        ids = self.paginate_queryset(found.values_list("pk", flat=True)) or []
        order = {pk: place for place, pk in enumerate(ids)}
        rows = self._shape(Session.objects.filter(pk__in=list(order)))
        rows.sort(key=lambda row: order[row["id"]])
        return self.get_paginated_response(rows)

    @extend_schema(parameters=[shapes.SessionQuery], responses=shapes.SessionRecordingOut)
    def retrieve(self, request: Request, session_id: str) -> Response:
        """Read one session with its recording and uploads."""
        rows = self._shape(self.get_queryset().filter(pk=session_id))
        if not rows:
            raise Http404
        return Response(rows[0])

    def _shape(self, sessions: QuerySet[Session]) -> Rows:
        wanted = _checked(shapes.SessionQuery, self.request.query_params)
        return shape_sessions(
            sessions,
            transcript=wanted["include_transcript"],
            analysis=wanted["include_analysis"],
        )

    @extend_schema(parameters=[shapes.DownloadQuery], responses=shapes.DownloadOut)
    def download(self, request: Request, session_id: str) -> Response:
        """Get a URL to download or play the recording."""
        session = self.session(session_id)
        wanted = _checked(shapes.DownloadQuery, request.query_params)
        link = playback.signed_link(session=session, disposition=wanted["disposition"])
        return Response(
            {
                "session_id": session.pk,
                "download_url": link.download_url,
                "expires_in": link.expires_in,
                "expires_at": link.expires_at,
                "filename": link.filename,
                "size_bytes": link.size_bytes,
                "mime_type": link.mime_type,
            }
        )

    @extend_schema(parameters=[shapes.DeleteQuery], responses={204: None})
    def destroy(self, request: Request, session_id: str) -> Response:
        """Delete the recording from the bucket; its uploads stay as history."""
        session = self.session(session_id)
        wanted = _checked(shapes.DeleteQuery, request.query_params)
        removal.delete_recording(session=session, by=self.user, cancel=wanted["cancel"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=shapes.SessionRecordingOut)
    def restore(self, request: Request, session_id: str) -> Response:
        """Undo the newest deletion while the bucket still keeps the bytes."""
        session = self.session(session_id)
        removal.restore_recording(session=session, by=self.user)
        return Response(self._shape(self.get_queryset().filter(pk=session.pk))[0])


class UploadViewSet(RecordingsViewSet):
    """Through the server: a file, or a link for a worker to fetch."""

    parser_classes = (MultiPartParser, StrictJSONParser)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        expect_recording(request)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        request={
            "multipart/form-data": shapes.UploadInput,
            "application/json": shapes.UploadInput,
        },
        responses={201: shapes.UploadedOut, 202: shapes.ImportStartedOut},
    )
    def create(self, request: Request) -> Response:
        """Upload a file (201), or have a link fetched (202)."""
        data = _checked(shapes.UploadInput, request.data)
        session = self.session(data["session_id"])
        platform = data.get("platform", "")
        if "file" in data:
            return self._receive(session, data["file"], platform)
        upload = imports.start_import(
            session=session,
            url=data["external_url"],
            platform=platform,
            by=self.user,
            token_id=self.token_id,
        )
        tasks.nudge_import(upload.pk)
        answer = {
            "upload_id": upload.pk,
            "session_id": session.pk,
            "s3_key": upload.s3_key,
            "status": upload.status,
            "platform": upload.platform,
        }
        return Response(answer, status=status.HTTP_202_ACCEPTED)

    def _receive(self, session: Session, file: Any, platform: str) -> Response:
        upload = uploads.receive(
            session=session,
            file=file,
            filename=file.name,
            platform=platform,
            by=self.user,
            token_id=self.token_id,
        )
        tasks.nudge_if_unexamined(upload)
        answer = {
            "upload_id": upload.pk,
            "session_id": session.pk,
            "s3_key": upload.s3_key,
            "status": upload.status,
            "size_bytes": upload.size_bytes,
            "mime_type": upload.mime_type,
            "checksum_sha256": upload.checksum_value,
        }
        return Response(answer, status=status.HTTP_201_CREATED)


class PresignViewSet(RecordingsViewSet):
    """A form to send one file straight to the bucket."""

    writes = True
    throttle_scope = "presign"

    @extend_schema(parameters=[shapes.PresignQuery], responses=shapes.PresignedOut)
    def retrieve(self, request: Request) -> Response:
        """Get a presigned POST form for one file."""
        data = _checked(shapes.PresignQuery, request.query_params)
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
        data = _checked(shapes.MultipartInput, request.data)
        upload = uploads.open_multipart(
            session=self.session(data["session_id"]),
            filename=data["filename"],
            content_type=data.get("content_type", ""),
            size_bytes=data["size_bytes"],
            platform=data.get("platform", ""),
            by=self.user,
            token_id=self.token_id,
        )
        answer = {
            "upload_id": upload.pk,
            "s3_key": upload.s3_key,
            "part_size_bytes": upload.part_size_bytes,
            "part_count": uploads.part_count(upload),
            "expires_at": upload.expires_at,
        }
        return Response(answer, status=status.HTTP_201_CREATED)

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
        numbers = _checked(shapes.PartNumbersInput, request.data)["part_numbers"]
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
        named = _checked(shapes.CompleteInput, request.data)["parts"]
        parts = [uploads.NamedPart(part["part_number"], part["etag"]) for part in named]
        return _confirmed(uploads.complete_multipart(upload=upload, parts=parts, by=self.user))

    @extend_schema(responses={204: None})
    def abort(self, request: Request, upload_id: str) -> Response:
        """Give an upload in parts up; its parts leave the bucket."""
        uploads.cancel(upload=self.upload(upload_id), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AttemptViewSet(RecordingsViewSet):
    """One upload: its progress, another try, an end."""

    serializer_class = shapes.UploadOut

    @extend_schema(responses=shapes.UploadOut)
    def retrieve(self, request: Request, upload_id: str) -> Response:
        """Read an upload, for its progress."""
        return Response(shape_upload(self.upload(upload_id)))

    @extend_schema(request=None, responses={202: shapes.UploadOut})
    def retry(self, request: Request, upload_id: str) -> Response:
        """Try a failed import again."""
        upload = imports.retry(upload=self.upload(upload_id), by=self.user, token_id=self.token_id)
        tasks.nudge_import(upload.pk)
        return Response(shape_upload(upload), status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=shapes.UploadOut)
    def cancel(self, request: Request, upload_id: str) -> Response:
        """Cancel an upload under way; whatever reached the bucket is removed."""
        return Response(shape_upload(uploads.cancel(upload=self.upload(upload_id), by=self.user)))


class SyncViewSet(RecordingsViewSet):
    """Comparing the bucket with the table."""

    serializer_class = shapes.SyncRunOut

    def get_queryset(self) -> QuerySet[Any]:
        visible: QuerySet[SyncRun] = SyncRun.objects.visible_to(self.user)
        return visible

    @extend_schema(request=shapes.SyncInput, responses={202: shapes.SyncRunOut})
    def start(self, request: Request) -> Response:
        """Start a sync run, or get the one that is running."""
        data = _checked(shapes.SyncInput, request.data)
        run = sync.request_sync(
            coach=self._coach(data.get("coach_id")),
            by=self.user,
            trigger=SyncRun.Trigger.API,
            dry_run=data["dry_run"],
        )
        tasks.nudge_sync(run.pk)
        location = reverse("api-sync-run", kwargs={"run_id": run.pk})
        return Response(
            shape_run(run), status=status.HTTP_202_ACCEPTED, headers={"Location": location}
        )

    def _coach(self, coach_id: UUID | None) -> User | None:
        if not self.user.is_staff and coach_id in (None, self.user.pk):
            return self.user
        if coach_id is None:
            return None
        coach = User.objects.filter(pk=coach_id).first() if self.user.is_staff else None
        if coach is None or not (coach.role == User.Role.COACH or coach.coached_sessions.exists()):
            raise Http404
        return coach

    @extend_schema(filters=False, responses=shapes.SyncRunOut(many=True))
    def list(self, request: Request) -> Response:
        """List sync runs, newest first."""
        page = self.paginate_queryset(self.get_queryset()) or ()
        return self.get_paginated_response([shape_run(run) for run in page])

    @extend_schema(responses=shapes.SyncRunOut)
    def retrieve(self, request: Request, run_id: str) -> Response:
        """Read a sync run with its counts."""
        run = self.get_queryset().filter(pk=run_id).first()
        if run is None:
            raise Http404
        return Response(shape_run(run))
