"""The ranker: which profiles fit a challenge, why, and whom to put on the shortlist. Pure: no store, no network."""

from matching.evidence import evidence_in
from matching.explain import Reason, ReasonCode, reasons
from matching.fuse import Fused, fuse
from matching.index import ProfileIndex
from matching.language import language_of
from matching.model import RANKER_VERSION, Candidate, Document, Query, Span
from matching.names import NameBlocks, SimilarName, block_keys, name_key, similar_names
from matching.selection import Pick, Shortlist, Slot, shortlist
from matching.trust import Agreement, agreement, trust

__all__ = [
    "RANKER_VERSION",
    "Agreement",
    "Candidate",
    "Document",
    "Fused",
    "NameBlocks",
    "Pick",
    "ProfileIndex",
    "Query",
    "Reason",
    "ReasonCode",
    "Shortlist",
    "SimilarName",
    "Slot",
    "Span",
    "agreement",
    "block_keys",
    "evidence_in",
    "fuse",
    "language_of",
    "name_key",
    "reasons",
    "shortlist",
    "similar_names",
    "trust",
]
