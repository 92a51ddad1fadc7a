"""Prompt templates: files beside this module, each with a name and a version in its front matter."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Template:
    """Hold what is said to a model, and the version that is stored with what came of it."""

    name: str
    version: str
    text: str


@cache
def load_template(name: str) -> Template:
    """Read the template of a name; its version carries a digest of its words, so that no edit goes unnoticed.

    :raises ValueError: the file has no front matter with this name and a version.
    """
    raw = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    opening, _, rest = raw.partition("---\n")
    front, closing, text = rest.partition("---\n")
    facts = dict(line.split(": ", 1) for line in front.splitlines() if ": " in line)
    if opening or not closing or facts.get("name") != name or "version" not in facts:
        raise ValueError(f"prompts/{name}.md lacks front matter with its name and a version")
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Template(name, f"{name}.{facts['version']}-{digest}", text.strip())
