"""The environment, read once and frozen."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_DEFAULT_DATABASE = "sqlite:///matchpoint.db"


class Settings(BaseSettings):
    """What a deployment is told from outside; the README has a table of it. Nothing is read from a `.env` file."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False, env_ignore_empty=True)

    database_url: str = _DEFAULT_DATABASE
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=1, le=65535)
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    log_level: str = "INFO"
    log_format: str = "json"

    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str = ""
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = ""

    teams_client_id: str = ""
    teams_client_secret: SecretStr | None = None
    teams_tenant_id: str = ""
    teams_unauthenticated: bool = False
    teams_targeted: bool = False
    teams_api_url: str = ""
    teams_login_url: str = ""

    openai_api_key: SecretStr | None = None
    openai_base_url: str = ""
    llm_model: str = ""
    embedding_model: str = ""
    llm_tokens_per_day: int = Field(default=200_000, ge=0)
    llm_orders: int = Field(default=1, ge=1, le=3)
    ranking_weights: str = ""

    de_minimis_ceilings: str = ""

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("public_url", "openai_base_url", "slack_api_url", "teams_api_url", "teams_login_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def base_url(self) -> str:
        """The address under which people reach this deployment."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def slack_wanted(self) -> bool:
        """Tell whether anything of Slack is configured."""
        return bool(self.slack_bot_token or self.slack_signing_secret or self.slack_client_id or self.slack_app_token)

    @property
    def teams_wanted(self) -> bool:
        """Tell whether anything of Microsoft Teams is configured."""
        return bool(self.teams_client_id or self.teams_client_secret or self.teams_unauthenticated)
