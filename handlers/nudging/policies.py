"""What a cluster has decided about nudges: the offsets of every kind, kept in the cluster's own row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from domain.nudges import POLICIES, NudgeKind, NudgePolicy
from domain.offsets import LAPSE, configured, lapse_of, offsets_of, read_offsets
from handlers.work import Work
from store.queries import people
from store.tables.people import Cluster

_PREFIX: Final = "nudge."


def policies_of(work: Work, cluster_id: int | None) -> tuple[NudgePolicy, ...]:
    """Return the chains of a cluster; the default ones without a cluster."""
    cluster = work.session.get(Cluster, cluster_id) if cluster_id is not None else None
    return POLICIES if cluster is None else _chains_of(cluster)


def policies_of_all(work: Work, cluster_ids: Collection[int]) -> Mapping[int | None, tuple[NudgePolicy, ...]]:
    """Return the chains of clusters by id; those that changed nothing share the default ones."""
    found = people.clusters_with_names(work.session, sorted(cluster_ids))
    return {key: _chains_of(cluster) for key, cluster in found.items()}


def _chains_of(cluster: Cluster) -> tuple[NudgePolicy, ...]:
    return configured(_offsets(cluster)) if cluster.policy else POLICIES


def lapse_after(work: Work, cluster_id: int | None) -> int:
    """Return after how many working days a consent lapses."""
    return lapse_of(policies_of(work, cluster_id))


def _offsets(cluster: Cluster) -> dict[str, tuple[int, ...]]:
    given = {name.removeprefix(_PREFIX): text for name, text in cluster.policy.items() if name.startswith(_PREFIX)}
    return {name: read_offsets(str(text), field=name) for name, text in given.items()}


def kept(cluster: Cluster, offsets: Mapping[str, tuple[int, ...]]) -> dict[str, int | str | bool]:
    """Return a cluster's policy with these offsets; what is as by default is not kept.

    :raises Invalid: no chains can have them (see `domain.nudges.configured`).
    """
    policies = configured(offsets)
    changed = {kind: offsets_of(kind, policies=policies) for kind in NudgeKind}
    values = {f"{_PREFIX}{kind}": _written(ns) for kind, ns in changed.items() if ns != offsets_of(kind)}
    if lapse_of(policies) != lapse_of():
        values[f"{_PREFIX}{LAPSE}"] = _written((lapse_of(policies),))
    others = {name: value for name, value in cluster.policy.items() if not name.startswith(_PREFIX)}
    return {**others, **values}


def _written(offsets: tuple[int, ...]) -> str:
    return ", ".join(str(n) for n in offsets)
