"""Sessions in JSON, coming and going."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers

from sessions_app.filters import check_sane_time
from sessions_app.models import URL_MAX_LENGTH, Participant, Platform, Session
from sessions_app.scheduling import MOST_PARTICIPANTS, Person


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody: by the id of a person you know, or by name and e-mail."""

    id = serializers.UUIDField(required=False, allow_null=True, default=None)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254, default="")

    def to_internal_value(self, data: Any) -> Person:
        values = super().to_internal_value(data)
        # Under PATCH fields that are not named have no default.
        return Person(
            id=values.get("id"),
            name=values.get("name", ""),
            email=values.get("email", "").lower(),
        )


class PersonOut(serializers.Serializer[Any]):
    """A person as others see them; ``id`` is null for somebody who is no user."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()


class SaneDateTimeField(serializers.DateTimeField):
    """RFC 3339 within the years of sessions."""

    def to_internal_value(self, value: Any) -> Any:
        time = super().to_internal_value(value)
        try:
            check_sane_time(time)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages, code="invalid") from error
        return time


class SessionInput(serializers.Serializer[Any]):
    """What a caller may say of a session; everything else in the body is ignored."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    scheduled_at = SaneDateTimeField()
    duration_minutes = serializers.IntegerField(required=False, min_value=1, max_value=24 * 60)
    status = serializers.ChoiceField(choices=Session.Status.choices, required=False)
    client = PersonSerializer(required=False, allow_null=True)
    participants = serializers.ListField(
        child=PersonSerializer(), required=False, max_length=MOST_PARTICIPANTS
    )
    meeting_id = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=URL_MAX_LENGTH,
        help_text="The online meeting's id or invitation link; recordings are matched by it.",
    )
    external_platform = serializers.ChoiceField(
        choices=Platform.choices, required=False, allow_blank=True
    )
    external_recording_url = serializers.URLField(
        required=False, allow_blank=True, max_length=URL_MAX_LENGTH
    )


class SessionOutput(serializers.Serializer[Any]):
    """A session as the sessions API shows it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    scheduled_at = serializers.DateTimeField()
    duration_minutes = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Session.Status.choices)
    coach = PersonOut()
    client = PersonOut(allow_null=True)
    participants = PersonOut(many=True)
    meeting_id = serializers.CharField(allow_null=True)
    external_platform = serializers.ChoiceField(choices=Platform.choices, allow_null=True)
    external_recording_url = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def shape_client(session: Session) -> dict[str, Any] | None:
    """Return the client of ``session`` as the contract shows it, or None."""
    if session.client is None:
        return None
    return {
        "id": session.client.pk,
        "name": session.client_display_name,
        "email": session.client.email,
    }


def shape_participant(participant: Participant) -> dict[str, Any]:
    """Return a participant as the contract shows it."""
    return {
        "id": participant.user_id,
        "name": participant.display_name,
        "email": participant.display_email,
    }


def shape_session(session: Session) -> dict[str, Any]:
    """Return ``session`` as SessionOutput describes it; expects its people to be loaded."""
    return {
        "id": session.pk,
        "title": session.title,
        "description": session.description,
        "scheduled_at": session.scheduled_at,
        "duration_minutes": session.duration_minutes,
        "status": session.status,
        "coach": {
            "id": session.coach.pk,
            "name": session.coach.name,
            "email": session.coach.email,
        },
        "client": shape_client(session),
        "participants": [shape_participant(each) for each in session.participants.all()],
        "meeting_id": session.meeting_id or None,
        "external_platform": session.external_platform or None,
        "external_recording_url": session.external_recording_url or None,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
    }
