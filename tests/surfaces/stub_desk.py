"""A desk that answers what a test tells it to, and takes down what it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.requests import (
    Command,
    Deleted,
    Edited,
    Installed,
    Place,
    Press,
    Profiled,
    Removed,
    Said,
    Shown,
    Speaker,
    Submission,
)
from messages.card import Card, Home, Section


@dataclass
class StubDesk:
    """Takes everything down; answers with `answer`, or raises `broken`. Each event and request counts once."""

    answer: Shown = field(default_factory=Shown)
    page: Home = field(default_factory=lambda: Home("Matchpoint", (Card("Nothing waits", (Section("for you"),)),)))
    broken: Exception | None = None
    heard: list[Any] = field(default_factory=list)
    met: dict[Speaker, Profiled] = field(default_factory=dict)
    meetings: int = 0
    effects: set[str] = field(default_factory=set)
    threads: set[str] = field(default_factory=set)
    takes: bool = True
    served: dict[str, str] = field(default_factory=dict)
    known: dict[str, Mapping[str, str]] = field(default_factory=dict)
    installations: list[Installed | Removed] = field(default_factory=list)

    def knows(self, speaker: Speaker) -> bool:
        return speaker in self.met

    def meet(self, profiled: Profiled, *, now: datetime) -> None:
        self.meetings += 1
        self.met[profiled.speaker] = profiled

    def leaves(self, speaker: Speaker, *, now: datetime) -> None:
        self.met.pop(speaker, None)
        self.heard.append(speaker)

    def command(self, command: Command, *, now: datetime) -> Shown:
        return self._take(command, command.request)

    def press(self, press: Press, *, now: datetime) -> Shown:
        return self._take(press, press.request)

    def submit(self, submission: Submission, *, now: datetime) -> Shown:
        return self._take(submission, submission.request)

    def minds(self, place: Place) -> bool:
        return place.thread in self.threads

    def said(self, said: Said, *, now: datetime) -> Shown | None:
        self._take(said, said.event)
        return Shown() if self.takes else None

    def edited(self, edited: Edited, *, now: datetime) -> None:
        self._take(edited, edited.event)

    def deleted(self, deleted: Deleted, *, now: datetime) -> None:
        self._take(deleted, deleted.event)

    def installed(self, installed: Installed, *, now: datetime) -> None:
        if installed.service_url:
            self.served[installed.workspace] = installed.service_url
        if installed.place:
            self.known[installed.place] = installed.channels
        self.installations.append(installed)

    def removed(self, removed: Removed, *, now: datetime) -> None:
        self.installations.append(removed)

    def service_url(self, surface: str, workspace: str) -> str:
        return self.served.get(workspace, "")

    def places(self, surface: str, workspace: str) -> Mapping[str, Mapping[str, str]]:
        return self.known

    def home(self, speaker: Speaker, *, now: datetime) -> Home:
        return self.page

    def _take(self, request: Any, key: str) -> Shown:
        if self.broken is not None:
            raise self.broken
        if key in self.effects:
            return Shown()
        self.effects.add(key)
        self.heard.append(request)
        return self.answer
