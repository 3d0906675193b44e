"""What the demo shows: who meets whom, when, and what becomes of the recording."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from sessions_app.models import Platform, Session

Held = Session.Status
PUBLIC_PASSWORD = "film-room-demo"  # noqa: S105  see loading.load_demo
# A room to meet in is no recording: its import ends at once, without asking anybody.
MEETING_ROOM = "https://meet.google.com/abc-defg-hij"


class Act(Enum):
    """What happens to a session's recording."""

    NOTHING = auto()
    THROUGH_SERVER = auto()
    BY_FORM = auto()
    IN_PARTS = auto()
    FOUND_BY_SYNC = auto()  # put into the bucket by hand before the sync of the first load
    LEFT_FOR_SYNC = auto()  # and after it: the next sync finds it
    FORM_NOT_USED = auto()  # stays pending
    PARTS_UNDER_WAY = auto()  # stays uploading
    IMPORT_FAILED = auto()
    NOT_A_RECORDING = auto()  # fails
    FAILED_OVER_RECORDING = auto()
    CANCELLED = auto()
    DELETED = auto()
    MISSING = auto()


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who is coached; only their name and e-mail address are known."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A session ``days`` before the first load (negative: after it), at ``hour`` o'clock UTC."""

    title: str
    client: Client | None
    days: int
    hour: int
    act: Act = Act.NOTHING
    filename: str = ""
    platform: Platform | None = None
    status: Session.Status = Held.COMPLETED
    minutes: int = 60
    description: str = ""
    guests: tuple[Client, ...] = ()
    # What the coach wrote while watching: the second, and the text.
    notes: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach who signs in with ``email``, and their sessions."""

    name: str
    email: str
    talks: tuple[Talk, ...]


AMARA = Client("Amara Okonkwo", "amara@clients.example")
BEN = Client("Ben Sørensen", "ben@clients.example")
CHIARA = Client("Chiara Bianchi", "chiara@clients.example")
DAICHI = Client("Daichi 田中", "daichi@clients.example")
ELIF = Client("Elif Yılmaz", "elif@clients.example")
FARAH = Client("Farah Haddad", "farah@clients.example")
GUSTAV = Client("Gustav Lind", "gustav@clients.example")
HANNA = Client("Hanna Virtanen", "hanna@clients.example")

STAFF_NAME, STAFF_EMAIL = "Sasha Reyes", "staff@filmroom.example"

MARA = Coach(
    "Mara Lindqvist",
    "coach@filmroom.example",
    (
        Talk("First steps as a team lead", AMARA, -6, 9, status=Held.SCHEDULED),
        Talk("Quarterly review", CHIARA, -3, 14, status=Held.SCHEDULED, minutes=90),
        Talk("Preparing the board meeting", ELIF, -1, 8, status=Held.SCHEDULED, minutes=45),
        Talk(
            "Saying no without burning bridges",
            BEN,
            1,
            10,
            Act.PARTS_UNDER_WAY,
            "Ben - voice memo.wav",
            description="Ben brings two situations from last week.",
        ),
        Talk("Weekly check-in", AMARA, 2, 9, Act.FORM_NOT_USED, "Check-in Amara.mp4", minutes=30),
        Talk(
            "Conflict with a peer",
            DAICHI,
            3,
            15,
            Act.IMPORT_FAILED,
        ),
        Talk("Feedback that lands", CHIARA, 4, 13, Act.NOT_A_RECORDING, "Notes of the session.mp4"),
        Talk("Delegation", ELIF, 6, 8, Act.LEFT_FOR_SYNC, "Delegation with Elif.mp4"),
        Talk(
            "Mid-programme review",
            AMARA,
            8,
            9,
            Act.THROUGH_SERVER,
            "Mid-programme review.mp4",
            platform=Platform.ZOOM,
            minutes=90,
            description="Goals set in the first session, and what became of them.",
            guests=(Client("Priya Nair", "priya@sponsors.example"),),
            notes=(
                (0.8, "Names her goal without “should” for the first time."),
                (2.4, "Long pause before the answer.\nAsk next time what happened in it."),
                (4.6, "Agreed: one delegated decision a week, written down on Fridays."),
            ),
        ),
        Talk(
            "Negotiation rehearsal",
            FARAH,
            11,
            16,
            Act.FAILED_OVER_RECORDING,
            "Negotiation rehearsal.webm",
            platform=Platform.MEET,
        ),
        Talk("Stepping back from the day-to-day", BEN, 14, 10, Act.BY_FORM, "Gruppe Ü – Ben.mov"),
        Talk("Weekly check-in, two weeks ago", AMARA, 16, 9, Act.THROUGH_SERVER, "amara.m4a"),
        Talk("Career crossroads", DAICHI, 18, 15, Act.CANCELLED, "Career crossroads.mp4"),
        Talk("No-show", GUSTAV, 20, 11, status=Held.NO_SHOW),
        Talk("Presenting to the investors", ELIF, 23, 8, Act.DELETED, "Investors.webm"),
        Talk(
            "振り返り",
            DAICHI,
            26,
            15,
            Act.THROUGH_SERVER,
            "振り返り 第3回.mp4",
            platform=Platform.TEAMS,
        ),
        Talk(
            "Team offsite debrief", CHIARA, 31, 13, Act.IN_PARTS, "Offsite debrief.mp4", minutes=120
        ),
        Talk(
            "Energy and boundaries", FARAH, 38, 16, Act.FOUND_BY_SYNC, "Energy and boundaries.m4a"
        ),
        Talk("Called off", GUSTAV, 41, 11, status=Held.CANCELLED),
        Talk(
            "First ninety days",
            AMARA,
            47,
            9,
            Act.THROUGH_SERVER,
            "First ninety days.webm",
            platform=Platform.RIVERSIDE,
        ),
        Talk("Listening exercise", BEN, 55, 10, Act.THROUGH_SERVER, "listening.mp3", minutes=30),
        Talk("Peer group", None, 63, 17, Act.BY_FORM, "Peer group.webm", guests=(BEN, CHIARA)),
        Talk("Values and goals", ELIF, 84, 8, Act.MISSING, "Values and goals.m4a"),
        Talk("Getting to know each other", CHIARA, 112, 13, minutes=30),
    ),
)
DENIZ = Coach(
    "Deniz Arslan",
    "second.coach@filmroom.example",
    (
        Talk("Sales pipeline", HANNA, -2, 12, status=Held.SCHEDULED),
        Talk("Pricing your work", HANNA, 5, 12, Act.THROUGH_SERVER, "Pricing.mp4"),
        Talk("Hiring the first five", GUSTAV, 12, 14, Act.BY_FORM, "Hiring.m4a"),
        Talk("Finding a rhythm", HANNA, 33, 12, Act.BY_FORM, "Finding a rhythm.webm"),
        Talk("Founders' agreement", GUSTAV, 54, 14, Act.IMPORT_FAILED),
        Talk("Intake", HANNA, 75, 12, minutes=30),
    ),
)
COACHES = (MARA, DENIZ)

# Files that lie in the bucket and match nothing: below the bucket's root of recordings, and below
# the first coach's place for a client and day without a session.
STRAYS_OF_NOBODY = ("old laptop/2024 interview.mp4", "old laptop/read me.txt")
STRAY_OF_COACH = ("Voice note from the train.m4a", AMARA, 29)
