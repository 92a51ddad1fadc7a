"""A channel that the operator names becomes its address."""

from typing import Any, cast

import pytest

from bot.operations import _channel

TENANT = "7ee00000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("surface", "workspace", "given", "address"),
    [
        ("teams", TENANT, "19:challenges@thread.tacv2", f"teams:{TENANT}:19%3Achallenges%40thread.tacv2"),
        ("slack", "T0CLEAN", "#C0CHALL", "slack:T0CLEAN:C0CHALL"),
        ("teams", TENANT, "", ""),
    ],
)
def test_the_operator_names_a_channel_by_its_id(surface: str, workspace: str, given: str, address: str):
    assert _channel(cast("Any", None), surface, workspace, given, private=False) == address
