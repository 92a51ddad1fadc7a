"""What a cluster may decide about its chains of nudges: their offsets, read as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from domain.errors import Invalid
from domain.nudges import NUDGES_PER_CHAIN, POLICIES, Escalation, NudgeKind, NudgeNotice, NudgePolicy, Unit, chain

REMINDERS_MAX = 6
OFFSET_MAX = 90
_FRIDAY = 4
LAPSE_MAX = 60
OFF = "off"
LAPSE = "lapse"
"""Stands beside the kinds in what a cluster sets: after how many working days a consent lapses."""


def configured(
    offsets: Mapping[str, Sequence[int]], *, policies: tuple[NudgePolicy, ...] = POLICIES
) -> tuple[NudgePolicy, ...]:
    """Return the chains with other offsets for some kinds; a step too many is like the one before it.

    No offsets switch a kind off. The last step keeps what the last step of the default does, so that a shorter chain
    still ends in its escalation. A consent lapses all the same, after `offsets[LAPSE]` working days where that is set.

    :raises Invalid: key "nudge.offsets.…", `field` the kind: too many, too large, twice the same, or not before the
        lapse.
    """
    result: list[NudgePolicy] = []
    for kind in dict.fromkeys(policy.kind for policy in policies):
        steps = chain(kind, policies=policies)
        ends = tuple(step for step in steps if step.escalation is Escalation.LAPSE)
        if ends and LAPSE in offsets:
            ends = (replace(ends[0], offset=_lapse(offsets[LAPSE])),)
        soft = tuple(step for step in steps if step.escalation is not Escalation.LAPSE)
        wanted = offsets.get(kind)
        result += [*(soft if wanted is None else _with_offsets(soft, wanted)), *ends]
        if ends and any(step.offset >= ends[0].offset for step in result if step.kind is kind and step not in ends):
            raise Invalid("nudge.offsets.lapse", field=kind, days=ends[0].offset)
    return tuple(result)


def _lapse(wanted: Sequence[int]) -> int:
    if len(wanted) != 1 or not 1 <= wanted[0] <= LAPSE_MAX:
        raise Invalid("nudge.offsets.lapse_days", field=LAPSE, most=LAPSE_MAX)
    return wanted[0]


def _with_offsets(steps: tuple[NudgePolicy, ...], wanted: Sequence[int]) -> list[NudgePolicy]:
    kind, weekly = steps[0].kind, steps[0].unit is Unit.WEEKDAY
    most = 1 if weekly else NUDGES_PER_CHAIN if steps[0].capped else REMINDERS_MAX
    if len(wanted) > most:
        raise Invalid("nudge.offsets.many", field=kind, most=most)
    highest = _FRIDAY if weekly else OFFSET_MAX
    if len(set(wanted)) < len(wanted) or any(not 0 <= n <= highest for n in wanted):
        raise Invalid("nudge.offsets.invalid", field=kind, most=highest)
    if not wanted:
        return []
    ordered = sorted(wanted, reverse=steps[0].unit is Unit.CALENDAR_DAYS_BEFORE)
    early = steps[:-1] or steps
    changed = [replace(early[min(at, len(early) - 1)], offset=n) for at, n in enumerate(ordered[:-1])]
    last = replace(steps[-1], offset=ordered[-1])
    if last.notice is NudgeNotice.LAST_DAY and last.offset:
        # On any other day that would not be true.
        last = replace(last, notice=early[-1].notice)
    return [*changed, last]


def offsets_of(kind: NudgeKind, *, policies: Iterable[NudgePolicy] = POLICIES) -> tuple[int, ...]:
    """Return the offsets of a kind's nudges, in their order; the lapse is none of them."""
    return tuple(one.offset for one in chain(kind, policies=policies) if one.escalation is not Escalation.LAPSE)


def lapse_of(policies: Iterable[NudgePolicy] = POLICIES) -> int:
    """Return after how many working days a consent lapses."""
    return next(policy.offset for policy in policies if policy.escalation is Escalation.LAPSE)


def read_offsets(text: str, *, field: str) -> tuple[int, ...]:
    """Read "3, 7"; an empty text, or "off", is none.

    :raises Invalid: key "nudge.offsets.unreadable": something in it is no whole number.
    """
    if text.strip().lower() == OFF:
        return ()
    words = text.replace(";", ",").replace(",", " ").split()
    if any(not (word.isascii() and word.isdigit() and len(word) <= 3) for word in words):
        raise Invalid("nudge.offsets.unreadable", field=field, typed=text.strip()[:40], example="3, 7")
    return tuple(int(word) for word in words)
