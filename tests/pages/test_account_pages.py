"""Login, logout and passwords: django-allauth's views in our pages, the rest closed."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User

PASSWORD = "correct horse 4711"
NEW_PASSWORD = "battery staple 1174"


def test_login_leads_to_the_recordings_and_logout_out(client: Client, coach: User) -> None:
    page = client.get("/accounts/login/")
    assert "film-room.css" in page.text

    answer = client.post("/accounts/login/", {"login": coach.email.upper(), "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/coach/recordings")
    assert "Welcome, Carla Coach." in client.get(answer["Location"]).text
    assert "Do you want to sign out?" in client.get("/accounts/logout/").text
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/dashboard/coach/recordings").status_code == 302


def test_cookies_stay_with_this_site_and_out_of_scripts(client: Client, coach: User) -> None:
    client.get("/accounts/login/")
    before = client.cookies["csrftoken"].value
    client.post("/accounts/login/", {"login": coach.email, "password": PASSWORD})

    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        flags = (cookie["secure"], cookie["httponly"], cookie["samesite"])
        assert flags == (True, True, "Lax"), name
    assert client.cookies["csrftoken"].value != before


def test_unknown_person_and_wrong_password_read_alike(client: Client, coach: User) -> None:
    def answer(email: str) -> str:
        page = client.post("/accounts/login/", {"login": email, "password": "wrong"})
        assert page.status_code == 200
        return re.sub(r'value="[^"]*"', "", page.text)

    assert 'role="alert"' in answer(coach.email)
    assert answer(coach.email) == answer("nobody@example.com")


def test_a_password_is_reset_by_mail(client: Client, coach: User) -> None:
    asked = client.post("/accounts/password/reset/", {"email": coach.email}, follow=True)
    assert "Look into your mail" in asked.text
    [letter] = mail.outbox
    assert letter.to == [coach.email]
    assert "asked for a new password" in letter.body
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(letter.body))
    assert found

    form = client.get(found.group(1), follow=True)
    assert "Choose a new password" in form.text
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(form.redirect_chain[-1][0], passwords)

    coach.refresh_from_db()
    assert coach.check_password(NEW_PASSWORD)
    assert "was used before" in Client().get(found.group(1), follow=True).text


def test_an_unknown_address_gets_the_same_page_and_a_plain_letter(client: Client, db: None) -> None:
    asked = client.post("/accounts/password/reset/", {"email": "no@example.com"}, follow=True)

    assert "Look into your mail" in asked.text
    [letter] = mail.outbox
    assert "there is no account with this address" in letter.body
    assert "signup" not in letter.body


def test_a_password_is_changed(web: Client, coach: User) -> None:
    assert "Change your password" in web.get("/accounts/password/change/").text
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    web.post("/accounts/password/change/", data)

    coach.refresh_from_db()
    assert coach.check_password(NEW_PASSWORD)


def test_nobody_signs_up(client: Client, db: None) -> None:
    page = client.get("/accounts/signup/")
    client.post(
        "/accounts/signup/",
        {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert "Accounts are made by staff" in page.text
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/x/", "login/code/x/"])
def test_what_is_not_offered_is_not_there(web: Client, path: str) -> None:
    answer = web.get(f"/accounts/{path}")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize("path", ["inactive/", "reauthenticate/", "password/reset/done/"])
def test_every_other_page_of_allauth_looks_like_ours(web: Client, path: str) -> None:
    answer = web.get(f"/accounts/{path}", follow=True)

    assert answer.status_code == 200
    assert "film-room.css" in answer.text


def test_a_file_where_none_is_wanted_is_refused_kindly(
    client: Client, web: Client, mp4_file: SimpleUploadedFile
) -> None:
    for browser, path in ((client, "/accounts/login/"), (web, "/dashboard/coach/sessions/new")):
        browser.get("/accounts/password/reset/")  # brings the cookie
        browser.handler.enforce_csrf_checks = True
        answer = browser.post(path, {"title": "x", "login": "x", "file": mp4_file})
        assert answer.status_code == 400
        assert "That cannot be understood" in answer.text
