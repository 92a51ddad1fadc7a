"""What an operator sets for Microsoft Teams."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """What connects a deployment to the bot's registration; `tenant_id` where that belongs to a single tenant.

    `unauthenticated` takes activities without any proof of who sent them, and answers without any: for Microsoft's
    Agents Playground on one's own machine. `api_url` and `login_url` (for tests and for the Playground) stand for the
    connector and for Microsoft's sign-in. `targeted` sends private answers into the channel itself, for tenants that
    take messages to one person there.
    """

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    tenant_id: str = ""
    unauthenticated: bool = False
    api_url: str = ""
    login_url: str = ""
    targeted: bool = False
