"""What expires at its source before it is here: said on the table, and listed whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection
from sessions_app.models import Session
from tests.attempts import add_upload
from tests.integrations.connections import connect
from tests.integrations.news import tell

LIST = "/dashboard/coach/recordings"
URL = "/dashboard/coach/expiring"
SHARE = "https://acme-my.sharepoint.com/:v:/g/personal/carla/abc"


def _zoom(coach: User) -> Connection:
    return connect(coach, "zoom")[0]


def test_with_nothing_that_expires_the_table_says_nothing(web: Client, session: Session) -> None:
    assert "expires soon" not in web.get(LIST).text
    assert "Nothing expires soon" in web.get(URL).text


def test_the_table_names_the_next_few_and_leads_to_all(web: Client, coach: User) -> None:
    zoom = _zoom(coach)
    for number in range(5):
        tell(
            zoom,
            f"uuid-{number}",
            title=f"Talk {number}",
            started_at=None,
            share_url=f"https://us02web.zoom.us/rec/share/{number}",
            expires_at=timezone.now() + timedelta(days=5 - number),
        )

    text, whole = web.get(f"{LIST}?all", follow=True).text, web.get(URL).text

    banner = text[text.index('class="expires-soon"') : text.index("</section>")]
    assert "5 recordings expire soon where they lie" in banner
    shown = [number for number in range(5) if f"Talk {number}</strong>" in banner]
    assert shown == [2, 3, 4]
    assert f'href="{URL}"' in banner
    assert [number for number in range(5) if f"Talk {number}</strong>" in whole] == [*range(5)]
    assert 'href="https://us02web.zoom.us/rec/share/4" rel="noopener noreferrer"' in whole


def test_each_has_the_step_that_helps(
    web: Client, coach: User, make_session: Callable[..., Session], bucket: str
) -> None:
    waiting = tell(_zoom(coach), started_at=None, expires_at=timezone.now() + timedelta(days=3))
    long_ago = timezone.now() - timedelta(days=115)
    of_link = {"scheduled_at": long_ago, "external_platform": "teams"}
    untouched = make_session(title="Untouched", external_recording_url=SHARE, **of_link)
    failed, moving, here = (
        make_session(title=title, **of_link) for title in ("Failed", "Moving", "Here")
    )
    add_upload(failed, "failed", original_url=SHARE)
    add_upload(moving, "pending", original_url=SHARE)
    add_upload(here, original_url=SHARE)

    text = web.get(URL).text

    def step(title: str) -> str:
        row = text[text.index(f"{title}</strong>") :]
        return row[: row.index("</li>")]

    assert f'href="/dashboard/coach/unmatched/{waiting.pk}"' in step("Coaching call")
    assert "Zoom removes it on" in step("Coaching call")
    form = f"/dashboard/coach/sessions/{untouched.pk}/upload?external_url={quote(SHARE, safe='')}"
    assert f'href="{form}"' in step("Untouched")
    assert f'value="{SHARE}"' in web.get(form).text
    assert "Microsoft Teams usually removes it about" in step("Untouched")
    assert f'href="{SHARE}"' in step("Untouched")
    assert "Try again" in step("Failed")
    assert "Look at it" in step("Moving")
    assert "Here</strong>" not in text


def test_nobody_sees_what_expires_for_others(
    web_for: Callable[..., Client], coach: User, other_coach: User, client_user: User
) -> None:
    tell(_zoom(coach), started_at=None, expires_at=timezone.now() + timedelta(days=3))

    for address in (LIST, URL):
        assert "Coaching call" not in web_for(other_coach).get(address).text
        assert web_for(client_user).get(address).status_code == 403
        assert web_for(None).get(address)["Location"].startswith("/accounts/login/")


def test_the_list_asks_the_database_the_same_for_one_and_for_many(
    web: Client, coach: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    zoom = _zoom(coach)
    for number in range(10):
        expires_at = timezone.now() + timedelta(days=3)
        tell(zoom, f"uuid-{number}", started_at=None, expires_at=expires_at)

    # Login (2), what was announced, links.
    with django_assert_max_num_queries(4):
        assert web.get(URL).text.count("Coaching call</strong>") == 10
