"""The ranker: which profiles fit a challenge, why, and whom to put on the shortlist. Pure: no store, no network."""

from matching.evidence import evidence_in, opening
from matching.fuse import Fused, fuse
from matching.index import ProfileIndex
from matching.language import LABEL_BELOW, language_of
from matching.model import RANKER_VERSION, Candidate, Document, Query, Span
from matching.names import NameBlocks, SimilarName, block_keys, name_key, similar_names
from matching.nearness import fits
from matching.reciprocal import Stance, weigh
from matching.selection import Contest, Pick, Shortlist, Slot, shortlist, shortlists
from matching.teams import Team, smallest_team
from matching.trust import Agreement, agreement, trust

__all__ = [
    "LABEL_BELOW",
    "RANKER_VERSION",
    "Agreement",
    "Candidate",
    "Contest",
    "Document",
    "Fused",
    "NameBlocks",
    "Pick",
    "ProfileIndex",
    "Query",
    "Shortlist",
    "SimilarName",
    "Slot",
    "Span",
    "Stance",
    "Team",
    "agreement",
    "block_keys",
    "evidence_in",
    "fits",
    "fuse",
    "language_of",
    "name_key",
    "opening",
    "shortlist",
    "shortlists",
    "similar_names",
    "smallest_team",
    "trust",
    "weigh",
]
