"""What managers are asked and told when they decide on the ranker's proposals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewsWaiting:
    """A challenge whose suggestions wait for a decision; for a manager's own page.

    `said_in` is the language of a title that was translated.
    """

    id: str
    title: str
    count: int
    value: str
    said_in: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionApproved:
    """The manager's approval is in; `waiting` names clusters still to approve, `asked` the party asked now.

    `invite` is the argument of the button that invites an SME of which nobody can be asked yet.
    """

    introduction: str
    name: str
    waiting: tuple[str, ...] = ()
    asked: str = ""
    invite: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionRejected:
    """The manager's no is in."""

    name: str


@dataclass(frozen=True, slots=True)
class RejectSuggestion:
    """Asks a manager why a candidate is not proposed; `value` is the suggestion's."""

    value: str
    name: str


EXAMPLES = (
    ReviewsWaiting(id="CH-12", title="Detect bacteria in drinking-water pipes", count=4, value="CH-12:1"),
    ReviewsWaiting(id="CH-13", title="Quiet piling at sea", count=1, value="CH-13:2", said_in="nl"),
    SuggestionApproved(introduction="IN-34", name="Waterlens (invented)", waiting=("Clean Tech Delta",)),
    SuggestionApproved(introduction="IN-34", name="Waterlens (invented)", asked="sme"),
    SuggestionApproved(introduction="IN-34", name="Waterlens (invented)", asked="buyer"),
    SuggestionApproved(introduction="IN-34", name="Waterlens (invented)", asked="sme", invite="OR-9 CH-12"),
    SuggestionRejected(name="Fjordsensor (invented)"),
    RejectSuggestion(value="8:3:1", name="Fjordsensor (invented)"),
)
