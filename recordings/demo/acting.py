"""What becomes of each session's recording in the demo, by the acts that people use."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

from recordings import imports, removal, storage, uploads
from recordings.demo.files import NOTES, Files, content_type
from recordings.demo.showcase import MEETING_ROOM, Act, Talk
from recordings.media.probing import NotMedia
from recordings.models import SessionUpload
from sessions_app.models import Session


class Stage:
    """Plays what happens to the recordings of the demo's sessions."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def play(self, session: Session, talk: Talk) -> None:
        """Bring the session's recording into the state that the talk names."""
        acts: dict[Act, Callable[[Session, Talk], object]] = {
            Act.THROUGH_SERVER: self._receive,
            Act.BY_FORM: self._send_form,
            Act.IN_PARTS: self._send_parts,
            Act.FOUND_BY_SYNC: self._leave,
            Act.LEFT_FOR_SYNC: self._leave,
            Act.FORM_NOT_USED: self._ask_for_form,
            Act.PARTS_UNDER_WAY: self._begin_parts,
            Act.IMPORT_FAILED: self._import,
            Act.NOT_A_RECORDING: self._send_notes,
            Act.FAILED_OVER_RECORDING: self._receive_then_import,
            Act.CANCELLED: self._cancel,
            Act.DELETED: self._delete,
            Act.MISSING: self._lose,
        }
        if talk.act in acts:
            acts[talk.act](session, talk)

    def _receive(self, session: Session, talk: Talk) -> SessionUpload:
        with self.files.received(talk.filename) as file:
            return uploads.receive(
                session=session,
                file=file,
                filename=talk.filename,
                platform=talk.platform or "",
                by=session.coach,
            )

    def _ask_for_form(self, session: Session, talk: Talk) -> SessionUpload:
        upload, _form, _limit = uploads.presign(
            session=session,
            filename=talk.filename,
            content_type=content_type(talk.filename),
            by=session.coach,
        )
        return upload

    def _send_form(self, session: Session, talk: Talk) -> SessionUpload:
        upload = self._ask_for_form(session, talk)
        put_by_hand(upload.s3_key, self.files.of(talk.filename))
        return uploads.confirm(upload=upload, by=session.coach)

    def _send_notes(self, session: Session, talk: Talk) -> None:
        upload = self._ask_for_form(session, talk)
        put_by_hand(upload.s3_key, NOTES)
        try:
            uploads.confirm(upload=upload, by=session.coach)
        except NotMedia:
            return  # as it should: the upload is failed now

    def _begin_parts(self, session: Session, talk: Talk) -> SessionUpload:
        data = self.files.of(talk.filename)
        upload = uploads.open_multipart(
            session=session,
            filename=talk.filename,
            content_type=content_type(talk.filename),
            size_bytes=len(data),
            by=session.coach,
        )
        uploads.sign_parts(upload=upload, part_numbers=[1], by=session.coach)
        first = data[: upload.part_size_bytes]
        storage.put_part(upload.s3_key, upload.multipart_id, 1, first)
        uploads.uploaded_parts(upload=upload)
        return upload

    def _send_parts(self, session: Session, talk: Talk) -> SessionUpload:
        upload = self._begin_parts(session, talk)
        parts = storage.list_parts(upload.s3_key, upload.multipart_id)
        named = [uploads.NamedPart(part.number, part.etag) for part in parts]
        return uploads.complete_multipart(upload=upload, parts=named, by=session.coach)

    def _import(self, session: Session, _talk: Talk) -> None:
        upload = imports.start_import(session=session, url=MEETING_ROOM, by=session.coach)
        imports.run(upload.pk, worker="demo")

    def _receive_then_import(self, session: Session, talk: Talk) -> None:
        self._receive(session, talk)
        self._import(session, talk)

    def _cancel(self, session: Session, talk: Talk) -> None:
        uploads.cancel(upload=self._ask_for_form(session, talk), by=session.coach)

    def _delete(self, session: Session, talk: Talk) -> None:
        self._receive(session, talk)
        removal.delete_recording(session=session, by=session.coach)

    def _lose(self, session: Session, talk: Talk) -> None:
        storage.delete(self._receive(session, talk).s3_key)

    def _leave(self, session: Session, talk: Talk) -> None:
        prefix = storage.session_prefix(
            coach_id=session.coach_id,
            client_id=session.client_id,
            scheduled_at=session.scheduled_at,
        )
        put_by_hand(f"{prefix}{talk.filename}", self.files.of(talk.filename))


def put_by_hand(key: str, data: bytes) -> None:
    """Put an object into the bucket as somebody with an S3 client does, unknown to the database."""
    storage.put_file(
        key,
        io.BytesIO(data),
        content_type=content_type(key),
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
