"""What the pages say of each platform holds together."""

from __future__ import annotations

import pytest

from integrations.models import Connection
from integrations.platforms import PLATFORMS, Detail, PlatformInfo, Secret

EVERY = pytest.mark.parametrize("info", PLATFORMS.values(), ids=PLATFORMS.keys())


def test_every_platform_that_can_be_connected_is_described_by_its_own_name() -> None:
    assert {key: info.label for key, info in PLATFORMS.items()} == dict(Connection.Platform.choices)


@EVERY
def test_a_platform_has_a_secret_that_proves_who_calls_and_steps_to_set_it_up(
    info: PlatformInfo,
) -> None:
    first = info.secrets[0]

    assert first.is_required
    assert first.is_generated or first.help
    assert info.summary
    assert info.steps


@EVERY
def test_what_is_of_use_only_together_is_optional_and_exists(info: PlatformInfo) -> None:
    every: list[Secret | Detail] = [*info.secrets, *info.details]
    fields = {field.name: field for field in every}

    assert len(fields) == len(info.secrets) + len(info.details)
    assert all(not fields[name].is_required for name in info.together)
