"""What managers see: the card on which a challenge is screened and shared, and the offer to a partner cluster."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.challenges import ChallengeState, Confidentiality
from domain.rooms import ShareState
from messages.notices.challenges import SHEET, TEASER, Sheet


@dataclass(frozen=True, slots=True)
class Screening:
    """The managers' one card about a challenge of their cluster.

    `version` is the state that the buttons act on. `teaser` is what others will see, where it differs.
    `partners` are the clusters it was offered to and what they said; `invited` are names.
    """

    sheet: Sheet
    version: int
    teaser: Sheet | None = None
    reason: str = ""
    screened_by: str = ""
    partners: tuple[tuple[str, ShareState], ...] = ()
    invited: tuple[str, ...] = ()
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Asks the managers of a partner cluster whether they take a challenge; `open` while it runs.

    `places` are the names of the cluster's workspaces where it can be posted, `posted` those where it is.
    """

    sheet: Sheet
    owner: str
    cluster: str
    state: ShareState
    open: bool
    value: str
    places: tuple[str, ...] = ()
    posted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeaserPreview:
    """The teaser as others read it, for the managers of the challenge's cluster; `hidden` is what they added."""

    sheet: Sheet
    hidden: tuple[str, ...] = ()


_SUBMITTED = replace(SHEET, state=ChallengeState.SUBMITTED)

EXAMPLES = (
    Screening(sheet=_SUBMITTED, version=2),
    Screening(
        sheet=replace(_SUBMITTED, confidentiality=Confidentiality.TEASER),
        version=2,
        teaser=replace(TEASER, state=ChallengeState.SUBMITTED),
    ),
    Screening(
        sheet=replace(_SUBMITTED, confidentiality=Confidentiality.INVITE), version=2, invited=("Waterlens (invented)",)
    ),
    Screening(
        sheet=replace(SHEET, state=ChallengeState.RETURNED),
        version=3,
        reason="How many pipes?",
        screened_by="Manager, CLEAN",
    ),
    Screening(
        sheet=SHEET,
        version=4,
        screened_by="Manager, CLEAN",
        partners=(("Clean Tech Delta", ShareState.TAKEN), ("FURGY", ShareState.OFFERED)),
        answers=3,
    ),
    Screening(sheet=replace(SHEET, state=ChallengeState.CLOSED), version=5, reason="Enough good answers.", answers=3),
    *(
        Offer(sheet=TEASER, owner="CLEAN", cluster="Clean Tech Delta", state=state, open=True, value="CH-12:CL-2")
        for state in ShareState
    ),
    Offer(
        sheet=TEASER,
        owner="CLEAN",
        cluster="Clean Tech Delta",
        state=ShareState.OFFERED,
        open=True,
        value="CH-12:CL-2",
        places=("Delta on Slack", "Delta on Teams"),
    ),
    Offer(
        sheet=TEASER,
        owner="CLEAN",
        cluster="Clean Tech Delta",
        state=ShareState.TAKEN,
        open=True,
        value="CH-12:CL-2",
        places=("Delta on Slack", "Delta on Teams"),
        posted=("Delta on Slack",),
    ),
    TeaserPreview(sheet=TEASER),
    TeaserPreview(sheet=TEASER, hidden=("the old mill", "Line 4")),
    Offer(
        sheet=replace(SHEET, state=ChallengeState.CLOSED),
        owner="CLEAN",
        cluster="Clean Tech Delta",
        state=ShareState.OFFERED,
        open=False,
        value="CH-12:CL-2",
    ),
)
