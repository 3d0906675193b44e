"""The door to recordings: sessions with theirs, files through the server, attempts, syncs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from filmroom.json import StrictJSONParser
from recordings import imports, playback, removal, sidecars, sync, tasks, uploads
from recordings import serializers as shapes
from recordings.doors import RecordingsViewSet, checked
from recordings.models import SyncRun
from recordings.receiving import expect_recording
from recordings.shaping import shape_run, shape_sessions, shape_sidecar, shape_upload
from sessions_app.filters import SessionFilter
from sessions_app.models import Session

# In the classes below `list` is the action.
Rows = list[dict[str, Any]]


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
        wanted = checked(shapes.SessionQuery, self.request.query_params)
        return shape_sessions(
            sessions,
            transcript=wanted["include_transcript"],
            analysis=wanted["include_analysis"],
        )

    @extend_schema(parameters=[shapes.DownloadQuery], responses=shapes.DownloadOut)
    def download(self, request: Request, session_id: str) -> Response:
        """Get a URL to download or play the recording."""
        session = self.session(session_id)
        wanted = checked(shapes.DownloadQuery, request.query_params)
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

    @extend_schema(filters=False, responses=shapes.SidecarOut(many=True))
    def sidecars(self, request: Request, session_id: str) -> Response:
        """List what lies beside the recording (captions, transcript, chat), with URLs."""
        found = sidecars.of_recording(self.session(session_id))
        page = self.paginate_queryset(found) or ()
        return self.get_paginated_response([shape_sidecar(each) for each in page])

    @extend_schema(parameters=[shapes.DeleteQuery], responses={204: None})
    def destroy(self, request: Request, session_id: str) -> Response:
        """Delete the recording from the bucket; its uploads stay as history."""
        session = self.session(session_id)
        wanted = checked(shapes.DeleteQuery, request.query_params)
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
        data = checked(shapes.UploadInput, request.data)
        session = self.session(data["session_id"])
        platform = data.get("platform", "")
        if "file" in data:
            return self._receive(session, data["file"], platform)
        upload = imports.start_import(
            session=session,
            url=data["external_url"],
            platform=platform,
            passcode=data.get("passcode", ""),
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


class AttemptViewSet(RecordingsViewSet):
    """One upload: its progress, another try, an end."""

    serializer_class = shapes.UploadOut

    @extend_schema(responses=shapes.UploadOut)
    def retrieve(self, request: Request, upload_id: str) -> Response:
        """Read an upload, for its progress."""
        return Response(shape_upload(self.upload(upload_id)))

    @extend_schema(request=shapes.RetryInput, responses={202: shapes.UploadOut})
    def retry(self, request: Request, upload_id: str) -> Response:
        """Try a failed import again."""
        data = checked(shapes.RetryInput, request.data)
        upload = imports.retry(
            upload=self.upload(upload_id),
            by=self.user,
            token_id=self.token_id,
            passcode=data.get("passcode", ""),
        )
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
        data = checked(shapes.SyncInput, request.data)
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
