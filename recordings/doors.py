"""What the doors of the API share.

They find what the caller may see, call a room, shape the answer.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from accounts.api import ApiViewSet
from recordings import serializers as shapes
from recordings.models import SessionUpload
from sessions_app.models import Session


def checked(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """Return the data as the serializer reads it. Raises ValidationError, which is answered 400."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


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
