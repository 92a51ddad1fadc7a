"""What an operator sets for Slack."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """What connects a deployment to its workspaces; `app_token` switches Socket Mode on, `api_url` is for tests.

    `bot_token` is that of one workspace. `client_id` and `client_secret` let any workspace install the app: people come
    to `public_url` for it, and `state_secret` signs what their browsers keep meanwhile.
    """

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    api_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    public_url: str = ""
    state_secret: str = field(default="", repr=False)

    @property
    def installable(self) -> bool:
        """Tell whether workspaces can install the app by themselves."""
        return bool(self.client_id and self.client_secret)
