"""What each platform sends, as its documentation shows it."""

from __future__ import annotations

from typing import Any

from tests.integrations.receivers.signing import SECRETS, dumped

ZOOM: dict[str, Any] = {
    "event": "recording.completed",
    "event_ts": 1626230691572,
    "download_token": "abJhbGciOiJIUzUxMiJ9.download",
    "payload": {
        "account_id": "AAAAAABBBB",
        "object": {
            "id": 1234567890,
            "uuid": "/4444AAAiAAAAAiAiAiiAii==",
            "host_id": "x1yCzABCDEfg23HiJKl4mN",
            "host_email": "Coach@Example.com",
            "topic": "Carla and Klara",
            "start_time": "2026-01-14T15:00:12Z",
            "timezone": "Europe/Berlin",
            "duration": 60,
            "share_url": "https://example.zoom.us/rec/share/abc",
            "recording_files": [
                {
                    "id": "ed6c2f27-2ae7-42f4-b3d0-835b493e4fa8",
                    "file_type": "MP4",
                    "file_extension": "MP4",
                    "file_size": 246560,
                    "download_url": "https://example.zoom.us/rec/download/video",
                    "status": "completed",
                    "recording_type": "shared_screen_with_speaker_view",
                    "recording_start": "2026-01-14T15:00:12Z",
                    "recording_end": "2026-01-14T16:00:12Z",
                },
                {
                    "id": "388ffb46-1541-460d-8447-4624451a1db7",
                    "file_type": "M4A",
                    "file_extension": "M4A",
                    "file_size": 182560,
                    "download_url": "https://example.zoom.us/rec/download/audio",
                    "status": "completed",
                    "recording_type": "audio_only",
                },
                {
                    "id": "not-yet",
                    "file_type": "MP4",
                    "file_extension": "MP4",
                    "status": "processing",
                    "recording_type": "gallery_view",
                },
                {"id": "line", "file_type": "TIMELINE", "download_url": "https://zoom.us/t"},
                {
                    "id": "words",
                    "file_type": "TRANSCRIPT",
                    "file_extension": "VTT",
                    "download_url": "https://example.zoom.us/rec/download/words",
                    "status": "completed",
                    "recording_type": "audio_transcript",
                },
                {
                    "file_type": "CHAT",
                    "file_extension": "TXT",
                    "download_url": "https://example.zoom.us/rec/download/chat",
                    "status": "completed",
                    "recording_type": "chat_file",
                },
            ],
        },
    },
}
CAL_COM: dict[str, Any] = {
    "triggerEvent": "BOOKING_CREATED",
    "createdAt": "2026-01-10T09:30:00.538Z",
    "payload": {
        "type": "60min",
        "title": "60min between Carla and Klara",
        "additionalNotes": "Please call me Klara.",
        "startTime": "2026-01-14T15:00:00Z",
        "endTime": "2026-01-14T16:00:00Z",
        "organizer": {"name": "Carla Coach", "email": "coach@example.com"},
        "attendees": [{"name": "Klara Client", "email": "client@example.com"}],
        "location": "integrations:daily",
        "uid": "bFJeNb2uX8ANpT3JL5EfXw",
        "bookingId": 91,
        "metadata": {"videoCallUrl": "https://app.cal.com/video/bFJeNb2uX8ANpT3JL5EfXw"},
        "status": "ACCEPTED",
    },
}
INVITEE = "https://api.calendly.com/scheduled_events/E1/invitees/"
CALENDLY: dict[str, Any] = {
    "event": "invitee.created",
    "created_at": "2026-01-10T09:30:00.000000Z",
    "payload": {
        "uri": f"{INVITEE}I1",
        "email": "client@example.com",
        "name": "Klara Client",
        "status": "active",
        "rescheduled": False,
        "old_invitee": None,
        "new_invitee": None,
        "cancellation": None,
        "scheduled_event": {
            "uri": "https://api.calendly.com/scheduled_events/E1",
            "name": "60 Minute Meeting",
            "start_time": "2026-01-14T15:00:00.000000Z",
            "end_time": "2026-01-14T16:00:00.000000Z",
            "location": {"type": "zoom", "join_url": "https://zoom.us/j/1234567890"},
            "event_memberships": [{"user_email": "coach@example.com"}],
        },
    },
}
LIVEKIT: dict[str, Any] = {
    "event": "egress_ended",
    "id": "EV_eugWmGhovZmm",
    "createdAt": "1768406460",
    "egressInfo": {
        "egressId": "EG_yyTd4XG7UYJF",
        "roomName": "carla-and-klara",
        "status": "EGRESS_COMPLETE",
        "startedAt": "1768402800123456789",
        "fileResults": [
            {
                "filename": "carla-and-klara.mp4",
                "startedAt": "1768402800000000000",
                "endedAt": "1768406400000000000",
                "duration": "3600000000000",
                "size": "7340032",
                "location": "https://files.example.com/carla-and-klara.mp4?sig=1",
            }
        ],
    },
}
FATHOM: dict[str, Any] = {
    "title": "Carla and Klara",
    "recording_id": 123456789,
    "share_url": "https://fathom.video/share/xyz123",
    "recording_start_time": "2026-01-14T15:00:00Z",
    "recording_end_time": "2026-01-14T16:00:00Z",
    "recorded_by": {"name": "Carla Coach", "email": "coach@example.com"},
    "calendar_invitees": [{"name": "Klara Client", "email": "client@example.com"}],
    "transcript": [
        {
            "speaker": {"display_name": "Klara", "matched_calendar_invitee_email": None},
            "text": "Let us begin.",
            "timestamp": "00:00:05",
        }
    ],
}
STANDARD: dict[str, Any] = {
    "type": "recording.completed",
    "timestamp": "2026-01-14T16:05:00Z",
    "data": {
        "id": "rec-7",
        "title": "Carla and Klara",
        "meeting_id": "room-7",
        "host_email": "coach@example.com",
        "participants": [{"name": "Klara Client", "email": "client@example.com"}],
        "started_at": "2026-01-14T15:00:00Z",
        "ended_at": "2026-01-14T16:00:00Z",
        "files": [
            {"kind": "video", "url": "https://files.example.com/7.mp4", "size_bytes": 9},
            {"kind": "transcript", "url": "https://files.example.com/7.vtt", "language": "de"},
        ],
    },
}
WEBEX: dict[str, Any] = {
    "id": "Y2lzY29zcGFyazovL3VzL1dFQkhPT0s",
    "name": "Film Room",
    "resource": "recordings",
    "event": "created",
    "data": {"id": "4f914b1dfe3c4d11a61730f18c0f5387"},
}
GRAPH_RESOURCE = "users('u-1')/onlineMeetings('m-1')/recordings('r-1')"
GRAPH: dict[str, Any] = {
    "value": [
        {
            "subscriptionId": "sub-1",
            "changeType": "created",
            "clientState": SECRETS["graph"]["client_state"],
            "tenantId": "t-1",
            "resource": GRAPH_RESOURCE,
            "resourceData": {"id": "r-1", "@odata.type": "#Microsoft.Graph.callRecording"},
        }
    ]
}
FIREFLIES: dict[str, Any] = {
    "event": "meeting.transcribed",
    "timestamp": 1768406460000,
    "meeting_id": "ASxwZxCstx",
    "client_reference_id": "ref-1",
}
BODIES = {
    "zoom": ZOOM,
    "cal_com": CAL_COM,
    "calendly": CALENDLY,
    "livekit": LIVEKIT,
    "fathom": FATHOM,
    "standard": STANDARD,
    "webex": WEBEX,
    "graph": GRAPH,
    "fireflies": FIREFLIES,
}
VALIDATION = {
    "event": "endpoint.url_validation",
    "event_ts": 1654503849680,
    "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"},
}


def body_of(platform: str) -> bytes:
    """A good request's body."""
    return dumped(BODIES[platform])
