"""Secrets at rest: sealed, opened, and opened by an earlier key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from filmroom.sealing import Unsealable, seal, seal_fields, unseal, unseal_fields


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_comes_back_and_is_not_seen(secret: str) -> None:
    sealed = seal(secret)
    assert unseal(sealed) == secret
    assert secret == "" or len(secret) < 8 or secret not in sealed


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert seal("passcode") != seal("passcode")
    assert seal("") == unseal("") == ""


def test_fields_come_back() -> None:
    fields = {"client_secret": "s3cr3t-ü", "webhook_secret": ""}
    sealed = seal_fields(fields)
    assert "s3cr3t" not in sealed
    assert unseal_fields(sealed) == fields
    assert seal_fields({}) == ""
    assert unseal_fields("") == {}


def test_an_earlier_key_opens_what_it_sealed_and_no_other_does(settings: Settings) -> None:
    settings.SECRET_KEY = "first-0123456789"
    sealed = seal("passcode")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second-0123456789", ["first-0123456789"]
    assert unseal(sealed) == "passcode"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unsealable) as caught:
        unseal(sealed)
    assert caught.value.code == "secret_unreadable"


@pytest.mark.parametrize("damage", ["x", "gAAAAA", "ü", "{}"])
def test_what_was_never_sealed_is_refused(damage: str) -> None:
    with pytest.raises(Unsealable):
        unseal(damage)
