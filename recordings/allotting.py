"""One assignment for many files: the surest pair first, and nobody's session twice.

Greedy, as a person would do it: pairs are gone through from the best fit on, and each gives a file
a session when both are still free. A file whose best session went to another takes its next one
only when that fits as well, or almost as well as the one that is gone; otherwise it keeps its best
one, as no more than possible: a second file of the same session.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from filmroom.sentences import sentence
from recordings.candidates import Candidate
from recordings.weighing import (
    CERTAIN_FROM,
    CERTAIN_WITHIN,
    LIKELY_FROM,
    NOT_HELD,
    POSSIBLE_FROM,
    RIVAL_MARGIN,
    Source,
    Weighed,
    because,
    with_reason,
)
from sessions_app.models import UploadStatus

MOST_PROPOSALS = 5
ANOTHER_FILE = sentence("another of these files fits it better")
BEING_SENT = sentence("this file is on its way to it")


class Sureness(StrEnum):
    """How sure a proposal is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Pair(NamedTuple):
    """A file, by its place in the request, and a session that it may belong to."""

    file: int
    session: Candidate
    weighed: Weighed
    source: Source
    is_audio: bool = False

    @property
    def rank(self) -> tuple[object, ...]:
        """What to sort by, best first: of equals the nearest, then the one with a picture."""
        return (
            -self.weighed.score,
            self.weighed.apart,
            self.is_audio,
            self.file,
            self.session.scheduled_at,
            self.session.id,
        )


class Proposal(NamedTuple):
    """A session for a file: a score from 0 to 1, how sure it is, and why, in English."""

    session: Candidate
    score: float
    sureness: Sureness
    why: str


def allot(pairs: Iterable[Pair], settled: Mapping[int, UUID]) -> dict[int, list[Proposal]]:
    """Return up to five proposals for each file, its own session first.

    ``settled`` names the sessions that files are on their way to already. Pairs that score less
    than POSSIBLE_FROM are no proposals.
    """
    fitting = (
        pair
        for pair in pairs
        if pair.weighed.score >= POSSIBLE_FROM or settled.get(pair.file) == pair.session.id
    )
    ranked = sorted(fitting, key=lambda pair: pair.rank)
    of_file: dict[int, list[Pair]] = defaultdict(list)
    for pair in ranked:
        of_file[pair.file].append(pair)
    chosen = _choose(ranked, of_file, settled)
    owners = {session: file for file, session in chosen.items()}
    rivals = _rivals(ranked)
    return {
        file: _proposals(file, mine, chosen.get(file), owners, rivals, settled)
        for file, mine in of_file.items()
    }


def _choose(
    ranked: Sequence[Pair], of_file: Mapping[int, Sequence[Pair]], settled: Mapping[int, UUID]
) -> dict[int, UUID]:
    chosen = dict(settled)
    taken = set(settled.values())
    for pair in ranked:
        if pair.file in chosen or pair.session.id in taken:
            continue
        best = of_file[pair.file][0].weighed.score
        if pair.weighed.score >= min(LIKELY_FROM, best - RIVAL_MARGIN):
            chosen[pair.file] = pair.session.id
            taken.add(pair.session.id)
    return chosen


def _rivals(ranked: Iterable[Pair]) -> dict[UUID, list[Pair]]:
    of_session: dict[UUID, list[Pair]] = defaultdict(list)
    for pair in ranked:
        of_session[pair.session.id].append(pair)
    return of_session


def _proposals(
    file: int,
    mine: Sequence[Pair],
    own: UUID | None,
    owners: Mapping[UUID, int],
    of_session: Mapping[UUID, Sequence[Pair]],
    settled: Mapping[int, UUID],
) -> list[Proposal]:
    first = next((pair for pair in mine if pair.session.id == own), mine[0])
    ordered = [first, *(pair for pair in mine if pair is not first)]
    found = []
    for pair in ordered[:MOST_PROPOSALS]:
        score, why, sureness = pair.weighed.score, pair.weighed.why, _by_score(pair)
        if owners.get(pair.session.id, file) != file:
            why, sureness = with_reason(why, ANOTHER_FILE), Sureness.POSSIBLE
        elif settled.get(file) == pair.session.id:
            score, why, sureness = 1.0, because([BEING_SENT]), Sureness.CERTAIN
        elif pair is first and _is_certain(pair, mine, of_session[pair.session.id]):
            sureness = Sureness.CERTAIN
        found.append(Proposal(pair.session, score, sureness, why))
    return found


def _by_score(pair: Pair) -> Sureness:
    return Sureness.LIKELY if pair.weighed.score >= LIKELY_FROM else Sureness.POSSIBLE


def _is_certain(pair: Pair, mine: Iterable[Pair], of_session: Iterable[Pair]) -> bool:
    """Whether recorder's clock and session agree to minutes, the session waits for a recording,
    and neither another session nor another file comes close.
    """
    session = pair.session
    waits = session.recording_upload_id is None and session.status not in NOT_HELD
    if not waits or session.s3_status in (UploadStatus.PENDING, UploadStatus.UPLOADING):
        return False
    near = pair.source is Source.RECORDER and pair.weighed.apart <= CERTAIN_WITHIN
    if not near or pair.weighed.score < CERTAIN_FROM:
        return False
    close = pair.weighed.score - RIVAL_MARGIN
    # The sound track of a meeting is no rival of its video.
    others = (each for each in of_session if each.is_audio <= pair.is_audio)
    return not any(each is not pair and each.weighed.score > close for each in (*mine, *others))
