"""People and tokens in the admin: who may do what, and what never shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, User
from accounts.tokens import create_token

PEOPLE = "/admin/accounts/user/"
TOKENS = "/admin/accounts/apitoken/"


def _person_form(user: User, **changes: str) -> dict[str, str]:
    form = {"email": user.email, "name": user.name, "role": user.role, "is_active": "on"}
    return form | changes


def test_a_person_is_added_with_role_and_password(admin_client: Client) -> None:
    response = admin_client.post(
        f"{PEOPLE}add/",
        {
            "email": "New@Example.com",
            "name": "Nora New",
            "role": "coach",
            "usable_password": "true",
            "password1": "long enough 4711",
            "password2": "long enough 4711",
        },
    )
    assert response.status_code == 302, response.content
    user = User.objects.get(email="new@example.com")
    assert (user.name, user.role, user.is_staff, user.is_active) == (
        "Nora New",
        "coach",
        False,
        True,
    )
    assert user.check_password("long enough 4711")


def test_an_address_is_taken_once_however_it_is_spelled(admin_client: Client, coach: User) -> None:
    response = admin_client.post(
        f"{PEOPLE}add/",
        {"email": "COACH@example.com", "role": "coach", "usable_password": "false"},
    )
    assert response.status_code == 200
    assert "Somebody already has this e-mail address." in response.content.decode()
    assert User.objects.filter(email__iexact="coach@example.com").count() == 1


def test_a_password_is_set_and_a_person_switched_off(admin_client: Client, coach: User) -> None:
    response = admin_client.post(
        f"{PEOPLE}{coach.pk}/password/",
        {
            "usable_password": "true",
            "password1": "another one 0815",
            "password2": "another one 0815",
            "set-password": "1",
        },
    )
    assert response.status_code == 302
    form = _person_form(coach)
    del form["is_active"]
    assert admin_client.post(f"{PEOPLE}{coach.pk}/change/", form).status_code == 302
    coach.refresh_from_db()
    assert coach.check_password("another one 0815")
    assert not coach.is_active


def test_nobody_deletes_a_person(admin_client: Client, coach: User) -> None:
    assert admin_client.post(f"{PEOPLE}{coach.pk}/delete/", {"post": "yes"}).status_code == 403
    response = admin_client.post(
        PEOPLE, {"action": "delete_selected", "_selected_action": str(coach.pk), "post": "yes"}
    )
    assert "delete_selected" not in response.content.decode()
    assert User.objects.filter(pk=coach.pk).exists()


def test_an_old_address_opens_no_door(admin_client: Client, coach: User) -> None:
    EmailAddress.objects.create(user=coach, email=coach.email, verified=True, primary=True)
    response = admin_client.post(
        f"{PEOPLE}{coach.pk}/change/", _person_form(coach, email="moved@example.com")
    )
    assert response.status_code == 302
    coach.refresh_from_db()
    assert coach.email == "moved@example.com"
    assert not EmailAddress.objects.filter(email="coach@example.com").exists()


def test_staff_without_all_powers_give_themselves_none(
    coach: User, helper: Callable[..., User], browser_of: Callable[[User], Client]
) -> None:
    user = helper("view_user", "change_user")
    browser = browser_of(user)
    powers = {"is_staff": "on", "is_superuser": "on"}
    assert (
        browser.post(f"{PEOPLE}{user.pk}/change/", _person_form(user) | powers).status_code == 403
    )
    answer = browser.post(f"{PEOPLE}{coach.pk}/change/", _person_form(coach, name="New") | powers)
    assert answer.status_code == 302
    coach.refresh_from_db()
    user.refresh_from_db()
    assert (coach.name, coach.is_staff, coach.is_superuser) == ("New", False, False)
    assert not user.is_superuser


def test_staff_do_not_set_a_superusers_password(
    staff: User, helper: Callable[..., User], browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(helper("view_user", "change_user"))
    response = browser.post(
        f"{PEOPLE}{staff.pk}/password/",
        {"usable_password": "true", "password1": "taken over 1", "password2": "taken over 1"},
    )
    assert response.status_code == 403
    staff.refresh_from_db()
    assert staff.check_password("correct horse 4711")


def test_to_look_at_a_person_is_not_to_see_their_password_hash(
    coach: User, helper: Callable[..., User], browser_of: Callable[[User], Client]
) -> None:
    page = browser_of(helper("view_user")).get(f"{PEOPLE}{coach.pk}/change/").content.decode()
    assert coach.name in page
    assert coach.password not in page
    assert coach.password[-12:] not in page


@pytest.fixture
def token(coach: User) -> tuple[ApiToken, str]:
    return create_token(owner=coach, name="export", scope="read", by=None)


@pytest.mark.parametrize(
    "address", [TOKENS, f"{TOKENS}?q=export", f"{TOKENS}?o=1.2", "/admin/", PEOPLE]
)
def test_no_page_shows_anything_of_a_token(
    admin_client: Client, token: tuple[ApiToken, str], address: str
) -> None:
    row, value = token
    page = admin_client.get(address).content.decode()
    for secret in (row.digest, row.token_key, value, value[:8], row.digest[:8]):
        assert secret not in page
    assert ("export" in page) is (address.startswith(TOKENS))


def test_a_token_is_revoked_by_its_public_id(
    admin_client: Client,
    token: tuple[ApiToken, str],
    coach: User,
) -> None:
    kept, _value = create_token(owner=coach, name="kept", scope="write", by=None)
    response = admin_client.post(
        TOKENS, {"action": "revoke", "_selected_action": str(token[0].id)}, follow=True
    )
    assert "Tokens revoked: 1." in response.content.decode()
    assert list(ApiToken.objects.all()) == [kept]


def test_a_digest_chooses_no_token(admin_client: Client, token: tuple[ApiToken, str]) -> None:
    admin_client.post(TOKENS, {"action": "revoke", "_selected_action": token[0].digest})
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("question", ["digest__startswith", "pk__startswith", "token_key__gt"])
def test_no_filter_asks_about_a_tokens_secret(
    admin_client: Client, token: tuple[ApiToken, str], question: str
) -> None:
    response = admin_client.get(TOKENS, {question: "a"})
    assert response.status_code == 400


def test_a_token_has_no_page_and_none_is_added(
    admin_client: Client, token: tuple[ApiToken, str]
) -> None:
    for page in ("change", "history"):
        response = admin_client.get(f"{TOKENS}{token[0].pk}/{page}/")
        assert (response.status_code, response["Location"]) == (302, TOKENS)
    assert admin_client.get(f"{TOKENS}add/").status_code == 403
    assert admin_client.post(f"{TOKENS}{token[0].pk}/delete/", {"post": "yes"}).status_code == 403
    assert ApiToken.objects.count() == 1


def test_to_see_tokens_is_not_to_revoke_them(
    token: tuple[ApiToken, str],
    helper: Callable[..., User],
    browser_of: Callable[[User], Client],
) -> None:
    browser = browser_of(helper("view_apitoken"))
    assert browser.get(TOKENS).status_code == 200
    browser.post(TOKENS, {"action": "revoke", "_selected_action": str(token[0].id)})
    assert ApiToken.objects.count() == 1
    browser = browser_of(helper("change_apitoken"))
    browser.post(TOKENS, {"action": "revoke", "_selected_action": str(token[0].id)})
    assert ApiToken.objects.count() == 0


def test_the_admin_logs_in_through_the_one_login(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[0] == ("/admin/login/?next=/admin/", 302)
    assert response.redirect_chain[1][0].startswith(reverse("account_login"))
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302
