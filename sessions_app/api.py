"""The door to sessions: list, create, read, change, cancel."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import ApiViewSet
from sessions_app.filters import SessionFilter
from sessions_app.models import Session
from sessions_app.scheduling import cancel_session, change_session, create_session
from sessions_app.serializers import SessionInput, SessionOutput, shape_session


class SessionViewSet(ApiViewSet):
    """Sessions that the caller coaches; staff see all."""

    serializer_class = SessionInput
    filterset_class = SessionFilter

    def get_queryset(self) -> QuerySet[Session]:
        visible = Session.objects.visible_to(self.user)
        loaded: QuerySet[Session] = visible.select_related("coach", "client").prefetch_related(
            "participants__user"
        )
        return loaded

    def _session(self, session_id: str) -> Session:
        session = self.get_queryset().filter(pk=session_id).first()
        if session is None:
            raise Http404
        return session

    @extend_schema(responses=SessionOutput(many=True))
    def list(self, request: Request) -> Response:
        """List sessions, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([shape_session(each) for each in page or ()])

    @extend_schema(request=SessionInput, responses={201: SessionOutput})
    def create(self, request: Request) -> Response:
        """Create a session of yours."""
        data = self._validated(request)
        session = create_session(by=self.user, **data)
        return Response(
            shape_session(self._session(str(session.pk))), status=status.HTTP_201_CREATED
        )

    @extend_schema(responses=SessionOutput)
    def retrieve(self, request: Request, session_id: str) -> Response:
        """Read one session."""
        return Response(shape_session(self._session(session_id)))

    @extend_schema(request=SessionInput, responses=SessionOutput)
    def update(self, request: Request, session_id: str) -> Response:
        """Change a session; what is not named stays."""
        return self._change(request, session_id, partial=False)

    @extend_schema(request=SessionInput(partial=True), responses=SessionOutput)
    def partial_update(self, request: Request, session_id: str) -> Response:
        """Change what is named, leave the rest."""
        return self._change(request, session_id, partial=True)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, session_id: str) -> Response:
        """Cancel a session; it stays, with its recordings, as cancelled."""
        cancel_session(session=self._session(session_id), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, request: Request, session_id: str, *, partial: bool) -> Response:
        session = self._session(session_id)
        change_session(session=session, by=self.user, changes=self._validated(request, partial))
        return Response(shape_session(self._session(session_id)))

    def _validated(self, request: Request, partial: bool = False) -> dict[str, Any]:
        serializer = SessionInput(data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)
