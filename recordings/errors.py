"""What the rooms refuse, each with its stable code and the sentence a coach reads."""

from __future__ import annotations

from filmroom.errors import FilmRoomError
from filmroom.sentences import sentence

LARGER_THAN = sentence(
    "This file is larger than {limit} bytes, the most that fits here:"
    " split or compress it and upload again."
)


class TooLarge(FilmRoomError):
    code = "too_large"
    detail = "This file is larger than the limit: split or compress it and upload again."
    http_status = 413

    @classmethod
    def over(cls, limit: int, *, attr: str = "size_bytes") -> TooLarge:
        """The error that names the limit in bytes."""
        return cls(LARGER_THAN, values={"limit": limit}, attr=attr)


class EmptyFile(FilmRoomError):
    code = "empty_file"
    detail = "This file is empty: choose the recording itself."
    attr = "file"


class NotUploaded(FilmRoomError):
    code = "not_uploaded"
    detail = "The file is not in the bucket yet: finish sending it, then confirm again."
    http_status = 409


class UploadClosed(FilmRoomError):
    code = "upload_closed"
    detail = "This upload has ended: start a new one."
    http_status = 409


class SizeMismatch(FilmRoomError):
    code = "size_mismatch"
    detail = "The file that arrived is not as large as announced: upload it again."
    http_status = 409


class PartsMismatch(FilmRoomError):
    code = "parts_mismatch"
    detail = "The parts named are not the parts in the bucket: list them, send what is missing."
    attr = "parts"


class NotMultipart(FilmRoomError):
    code = "not_multipart"
    detail = "This upload is not sent in parts: confirm it instead."
    http_status = 409


class NotRetryable(FilmRoomError):
    code = "not_retryable"
    detail = "Only a failed import from a link can be retried: start a new upload."
    http_status = 409


class NoRecording(FilmRoomError):
    code = "no_recording"
    detail = "This session has no recording yet: upload one first."
    http_status = 404


class NothingToRestore(FilmRoomError):
    code = "nothing_to_restore"
    detail = "This session has no deleted recording that the bucket still keeps: upload it again."
    http_status = 404


class RecordingMissing(FilmRoomError):
    code = "recording_missing"
    detail = "The recording's file is not in the bucket any more: upload it again or ask staff."
    http_status = 410


class UploadInProgress(FilmRoomError):
    code = "upload_in_progress"
    detail = "An upload for this session is under way: cancel it first, or delete with cancel=true."
    http_status = 409


class DeletionQueued(FilmRoomError):
    code = "storage_unavailable"
    detail = "The bucket cannot be reached: the deletion is queued and happens as soon as it can."
    http_status = 503


class InvalidMoment(FilmRoomError):
    code = "invalid"
    detail = "Give a moment of the recording, from its start on."
    attr = "at_seconds"


class InvalidNote(FilmRoomError):
    code = "invalid"
    detail = "This note cannot be kept like that: change its text."
    attr = "text"


class TooManyNotes(FilmRoomError):
    code = "too_many_notes"
    detail = "A session holds no more notes of yours: delete some first."
    http_status = 409


class NoteGone(FilmRoomError):
    code = "not_found"
    detail = "This note is not there any more."
    http_status = 404
