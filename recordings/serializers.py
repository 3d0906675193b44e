"""What the recordings API takes, and how its answers are described in the schema."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from recordings.allotting import Sureness
from recordings.loose_files import MOST_FILES
from recordings.models import SessionUpload, Sidecar, SyncRun
from recordings.uploads import MOST_PARTS_A_REQUEST
from sessions_app.models import URL_MAX_LENGTH, Platform, Session, StageStatus, UploadStatus
from sessions_app.serializers import PersonOut, SaneDateTimeField

LARGEST_INTEGER = 2**63 - 1
MOST_PARTS = 10_000
LONGEST_SECONDS = 10**7
CONTENT_TYPE = r"^[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}$"


class ErrorOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class UploadOut(serializers.Serializer[Any]):
    """One attempt to bring in a recording."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=SessionUpload.Type.choices)
    platform = serializers.ChoiceField(choices=Platform.choices, allow_null=True)
    filename = serializers.CharField()
    s3_key = serializers.CharField()
    status = serializers.ChoiceField(choices=UploadStatus.choices)
    mime_type = serializers.CharField(allow_null=True)
    size_bytes = serializers.IntegerField(allow_null=True)
    bytes_transferred = serializers.IntegerField()
    error = ErrorOut(allow_null=True)
    created_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)


class RecordingOut(serializers.Serializer[Any]):
    """The newest completed upload; ``s3_status`` is the newest attempt's state."""

    has_recording = serializers.BooleanField()
    s3_key = serializers.CharField(allow_null=True)
    s3_status = serializers.ChoiceField(choices=UploadStatus.choices, allow_null=True)
    external_platform = serializers.ChoiceField(choices=Platform.choices, allow_null=True)
    external_url = serializers.CharField(allow_null=True)
    filename = serializers.CharField(allow_null=True)
    mime_type = serializers.CharField(allow_null=True)
    size_bytes = serializers.IntegerField(allow_null=True)
    duration_seconds = serializers.FloatField(allow_null=True)
    uploaded_at = serializers.DateTimeField(allow_null=True)


class SessionRecordingOut(serializers.Serializer[Any]):
    """A session with its recording and the history of its uploads."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    scheduled_at = serializers.DateTimeField()
    duration_minutes = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Session.Status.choices)
    client = PersonOut(allow_null=True)
    participants = PersonOut(many=True)
    recording = RecordingOut()
    transcript_status = serializers.ChoiceField(choices=StageStatus.choices)
    analysis_status = serializers.ChoiceField(choices=StageStatus.choices)
    uploads = UploadOut(many=True)
    transcript = serializers.JSONField(
        required=False, allow_null=True, help_text="Only with include_transcript=true."
    )
    analysis = serializers.JSONField(
        required=False, allow_null=True, help_text="Only with include_analysis=true."
    )


class SessionQuery(serializers.Serializer[Any]):
    include_transcript = serializers.BooleanField(default=False)
    include_analysis = serializers.BooleanField(default=False)


class UploadInput(serializers.Serializer[Any]):
    """A file or a link, exactly one of them."""

    session_id = serializers.UUIDField()
    file = serializers.FileField(required=False, allow_empty_file=True)
    external_url = serializers.CharField(required=False, max_length=URL_MAX_LENGTH)
    platform = serializers.ChoiceField(choices=Platform.choices, required=False, allow_blank=True)
    passcode = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="For links that ask for one; kept encrypted until the import ends.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("external_url" in attrs):
            raise serializers.ValidationError(
                _("Give exactly one of file and external_url."), code="exactly_one_source"
            )
        return attrs


class UploadedOut(serializers.Serializer[Any]):
    """The answer to a file that is in the bucket."""

    upload_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    s3_key = serializers.CharField()
    status = serializers.ChoiceField(choices=UploadStatus.choices)
    size_bytes = serializers.IntegerField()
    mime_type = serializers.CharField()
    checksum_sha256 = serializers.CharField()


class ImportStartedOut(serializers.Serializer[Any]):
    """The answer to a link that a worker will fetch."""

    upload_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    s3_key = serializers.CharField()
    status = serializers.ChoiceField(choices=UploadStatus.choices)
    platform = serializers.ChoiceField(choices=Platform.choices)


class PresignQuery(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()
    filename = serializers.CharField(max_length=1000, trim_whitespace=False)
    content_type = serializers.RegexField(CONTENT_TYPE, required=False)
    size_bytes = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_INTEGER)
    platform = serializers.ChoiceField(choices=Platform.choices, required=False, allow_blank=True)


class PresignedOut(serializers.Serializer[Any]):
    """A form to POST the file with: the fields first, the file last."""

    upload_id = serializers.UUIDField()
    method = serializers.CharField()
    upload_url = serializers.URLField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    s3_key = serializers.CharField()
    expires_in = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    max_size_bytes = serializers.IntegerField()


class ConfirmedOut(serializers.Serializer[Any]):
    upload_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=UploadStatus.choices)
    s3_key = serializers.CharField()
    size_bytes = serializers.IntegerField()
    mime_type = serializers.CharField()


class MultipartInput(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()
    filename = serializers.CharField(max_length=1000, trim_whitespace=False)
    content_type = serializers.RegexField(CONTENT_TYPE, required=False, allow_blank=True)
    size_bytes = serializers.IntegerField(min_value=1, max_value=LARGEST_INTEGER)
    file_modified_at = SaneDateTimeField(
        required=False, allow_null=True, help_text="Of your file: finds this upload again for it."
    )
    platform = serializers.ChoiceField(choices=Platform.choices, required=False, allow_blank=True)


class MultipartOut(serializers.Serializer[Any]):
    upload_id = serializers.UUIDField()
    s3_key = serializers.CharField()
    part_size_bytes = serializers.IntegerField()
    part_count = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class OpenMultipartOut(serializers.Serializer[Any]):
    """An upload in parts of yours that can be gone on with."""

    upload_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    session_title = serializers.CharField()
    filename = serializers.CharField()
    size_bytes = serializers.IntegerField()
    file_modified_at = serializers.DateTimeField(allow_null=True)
    s3_key = serializers.CharField()
    part_size_bytes = serializers.IntegerField()
    part_count = serializers.IntegerField()
    bytes_transferred = serializers.IntegerField(
        help_text="In the bucket when its parts were last listed."
    )
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class LooseFileInput(serializers.Serializer[Any]):
    """A file on the sender's machine. The more is told, the surer the match."""

    filename = serializers.CharField(max_length=1000, trim_whitespace=False)
    size_bytes = serializers.IntegerField(min_value=0, max_value=LARGEST_INTEGER)
    file_modified_at = SaneDateTimeField(required=False, allow_null=True, default=None)
    recorded_at = SaneDateTimeField(
        required=False, allow_null=True, default=None, help_text="The time inside the file."
    )
    duration_seconds = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0, max_value=LONGEST_SECONDS
    )
    content_type = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=255
    )


class MatchFilesInput(serializers.Serializer[Any]):
    files = serializers.ListField(child=LooseFileInput(), min_length=1, max_length=MOST_FILES)


class ProposalOut(serializers.Serializer[Any]):
    """A session that a file may belong to; the score goes from 0 to 1."""

    session_id = serializers.UUIDField()
    title = serializers.CharField()
    scheduled_at = serializers.DateTimeField()
    client_name = serializers.CharField(allow_blank=True)
    score = serializers.FloatField(min_value=0, max_value=1)
    sureness = serializers.ChoiceField(choices=[(each.value, each.name) for each in Sureness])
    why = serializers.CharField()


class NewSessionOut(serializers.Serializer[Any]):
    """The session that could be made for a file."""

    title = serializers.CharField()
    scheduled_at = serializers.DateTimeField(allow_null=True)
    duration_minutes = serializers.IntegerField()


class MatchedFileOut(serializers.Serializer[Any]):
    filename = serializers.CharField()
    problem = ErrorOut(allow_null=True)
    open_upload = OpenMultipartOut(allow_null=True)
    proposals = ProposalOut(many=True)
    new_session = NewSessionOut()


class MatchedFilesOut(serializers.Serializer[Any]):
    files = MatchedFileOut(many=True)


class PartOut(serializers.Serializer[Any]):
    part_number = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    etag = serializers.CharField()


class PartsOut(serializers.Serializer[Any]):
    parts = PartOut(many=True)


class PartNumbersInput(serializers.Serializer[Any]):
    part_numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_PARTS),
        min_length=1,
        max_length=MOST_PARTS_A_REQUEST,
    )


class PartUrlsOut(serializers.Serializer[Any]):
    urls = serializers.DictField(child=serializers.URLField())
    expires_in = serializers.IntegerField()


class NamedPartInput(serializers.Serializer[Any]):
    part_number = serializers.IntegerField(min_value=1, max_value=MOST_PARTS)
    etag = serializers.CharField(max_length=100)


class CompleteInput(serializers.Serializer[Any]):
    parts = serializers.ListField(child=NamedPartInput(), min_length=1, max_length=MOST_PARTS)


class SyncInput(serializers.Serializer[Any]):
    coach_id = serializers.UUIDField(required=False, help_text="For staff: one coach's prefix.")
    dry_run = serializers.BooleanField(default=False)


class SyncErrorOut(serializers.Serializer[Any]):
    s3_key = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class SyncRunOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    scope = serializers.CharField(help_text="The prefix that was compared.")
    trigger = serializers.ChoiceField(choices=SyncRun.Trigger.choices)
    status = serializers.ChoiceField(choices=SyncRun.Status.choices)
    dry_run = serializers.BooleanField()
    total_files = serializers.IntegerField()
    new_records = serializers.IntegerField()
    updated_records = serializers.IntegerField()
    missing_records = serializers.IntegerField()
    unmatched_files = serializers.IntegerField()
    errors = SyncErrorOut(many=True)  # type: ignore[assignment]
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class DownloadQuery(serializers.Serializer[Any]):
    disposition = serializers.ChoiceField(
        choices=(("attachment", "download"), ("inline", "playback")), default="attachment"
    )


class DownloadOut(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()
    download_url = serializers.URLField()
    expires_in = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    filename = serializers.CharField()
    size_bytes = serializers.IntegerField()
    mime_type = serializers.CharField()


class RetryInput(serializers.Serializer[Any]):
    passcode = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="For links that ask for one: it was forgotten when the import failed.",
    )


class SidecarOut(serializers.Serializer[Any]):
    """A caption, transcript or chat file that the platform had beside the recording."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Sidecar.Kind.choices)
    language = serializers.CharField(allow_null=True)
    filename = serializers.CharField()
    mime_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    download_url = serializers.URLField()
    expires_in = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class DeleteQuery(serializers.Serializer[Any]):
    cancel = serializers.BooleanField(
        default=False, help_text="Cancel an upload under way instead of refusing."
    )
