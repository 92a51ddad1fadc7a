"""Who may see what: one table of field, viewer and confidentiality.

A viewer is seen in relation to one challenge and, for what concerns an SME, one pair of challenge and SME. Whoever fits
several rows is the first of them in the order of `Viewer`; only what concerns a pair (the SME's name, evidence, answer,
contact) an invited organisation sees as `SME`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.challenges import VISIBLE, ChallengeState, Confidentiality


class Level(StrEnum):
    """Say how much is shown: all, the redacted form, or nothing; nothing is false."""

    FULL = "full"
    TEASER = "teaser"
    NONE = "none"

    def __bool__(self) -> bool:
        return self is not Level.NONE


class Viewer(StrEnum):
    """Say how somebody stands to a challenge and to the SME of a pair."""

    BUYER = "buyer"  # people of the organisation that asks
    OWNER_MANAGER = "owner_manager"  # managers of the challenge's cluster
    INVITED = "invited"  # people of an organisation that was invited by name
    SME = "sme"  # people of the SME of this pair
    SME_MANAGER = "sme_manager"  # managers of the home cluster of the SME of this pair
    PARTNER_MANAGER = "partner_manager"  # managers of another cluster that took the challenge
    MEMBER = "member"  # anybody else in a workspace that took it
    OUTSIDER = "outsider"


class VisibleField(StrEnum):
    """Name what is shown or not."""

    CHALLENGE_TEXT = "challenge_text"
    BUYER_NAME = "buyer_name"
    SME_NAME = "sme_name"
    EVIDENCE = "evidence"
    ANSWER_TEXT = "answer_text"
    ANSWER_NDA = "answer_nda"
    CONTACT_DETAILS = "contact_details"


class Gate(StrEnum):
    """Name what raises the level."""

    NEVER = "never"
    CONSENTED = "consented"
    REVEALED = "revealed"


@dataclass(frozen=True)
class Rule:
    """Hold the level before and after a gate opens; a reveal opens the gate of consent too."""

    before: Level
    gate: Gate = Gate.NEVER
    after: Level = Level.FULL

    def level(self, *, revealed: bool, consented: bool) -> Level:
        """Return the level that holds now."""
        opened = self.gate is not Gate.NEVER and (revealed or (consented and self.gate is Gate.CONSENTED))
        return self.after if opened else self.before


_FULL, _TEASER, _NONE = Rule(Level.FULL), Rule(Level.TEASER), Rule(Level.NONE)
_ON_REVEAL = Rule(Level.NONE, Gate.REVEALED)
_TEASER_UNTIL_REVEAL = Rule(Level.TEASER, Gate.REVEALED)
_ON_CONSENT = Rule(Level.NONE, Gate.CONSENTED)
_TEASER_UNTIL_CONSENT = Rule(Level.TEASER, Gate.CONSENTED)

Row = Mapping[Viewer, Rule]
_OPEN: Row = {viewer: _FULL for viewer in Viewer if viewer is not Viewer.OUTSIDER}
_OWNERS: Row = {Viewer.BUYER: _FULL, Viewer.OWNER_MANAGER: _FULL}
_MANAGERS_CONCERNED: Row = {Viewer.OWNER_MANAGER: _FULL, Viewer.SME: _FULL, Viewer.SME_MANAGER: _FULL}

_CHALLENGE_TABLE: Mapping[tuple[VisibleField, Confidentiality], Row] = {
    (VisibleField.CHALLENGE_TEXT, Confidentiality.OPEN): _OPEN,
    (VisibleField.CHALLENGE_TEXT, Confidentiality.TEASER): {
        **_OWNERS,
        Viewer.INVITED: _TEASER_UNTIL_REVEAL,
        Viewer.SME: _TEASER_UNTIL_REVEAL,
        Viewer.SME_MANAGER: _TEASER,
        Viewer.PARTNER_MANAGER: _TEASER,
        Viewer.MEMBER: _TEASER,
    },
    (VisibleField.CHALLENGE_TEXT, Confidentiality.INVITE): {
        **_OWNERS,
        Viewer.INVITED: _FULL,
        Viewer.SME: _ON_REVEAL,
    },
    (VisibleField.BUYER_NAME, Confidentiality.OPEN): _OPEN,
    (VisibleField.BUYER_NAME, Confidentiality.TEASER): {
        **_OWNERS,
        Viewer.INVITED: _ON_REVEAL,
        Viewer.SME: _ON_REVEAL,
        Viewer.SME_MANAGER: _ON_REVEAL,
    },
    (VisibleField.BUYER_NAME, Confidentiality.INVITE): {
        **_OWNERS,
        Viewer.INVITED: _FULL,
        Viewer.SME: _ON_REVEAL,
        Viewer.SME_MANAGER: _ON_REVEAL,
    },
}

_PAIR_TABLE: Mapping[VisibleField, Row] = {
    VisibleField.SME_NAME: {**_MANAGERS_CONCERNED, Viewer.BUYER: _ON_CONSENT},
    VisibleField.EVIDENCE: {**_MANAGERS_CONCERNED, Viewer.BUYER: _TEASER_UNTIL_CONSENT},
    VisibleField.ANSWER_TEXT: {**_MANAGERS_CONCERNED, Viewer.BUYER: _TEASER_UNTIL_CONSENT},
    VisibleField.ANSWER_NDA: {Viewer.SME: _FULL, Viewer.BUYER: _ON_REVEAL},
    VisibleField.CONTACT_DETAILS: {Viewer.SME: _ON_REVEAL, Viewer.BUYER: _ON_REVEAL},
}

TABLE: Mapping[tuple[VisibleField, Confidentiality], Row] = MappingProxyType(
    {**_CHALLENGE_TABLE, **{(field, how): row for field, row in _PAIR_TABLE.items() for how in Confidentiality}}
)
"""The rules of a published challenge; a viewer who is not in a row sees nothing."""


def may_see(
    field: VisibleField,
    *,
    viewer: Viewer,
    confidentiality: Confidentiality,
    state: ChallengeState,
    revealed: bool = False,
    consented: bool = False,
) -> Level:
    """Return how much of a field somebody may see.

    `revealed`: the introduction of this pair is made. `consented`: the SME of this pair has consented, or ticked that
    its name be shown at once; an answer submitted is a consent. `state` is the challenge's: before it is published,
    only the buyer and, once it was submitted, the owner's managers see it; a withdrawn one is shown to nobody new.
    """
    rule = TABLE[field, confidentiality].get(viewer, _NONE)
    level = rule.level(revealed=revealed, consented=consented)
    if state in VISIBLE:
        return level
    if viewer is Viewer.BUYER or (viewer is Viewer.OWNER_MANAGER and state is not ChallengeState.DRAFT):
        return level
    was_told = state is ChallengeState.WITHDRAWN and (revealed or field in _PAIR_TABLE)
    return level if was_told else Level.NONE
