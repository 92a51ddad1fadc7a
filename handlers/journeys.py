"""All journeys at once: importing this module fills the tables of actions, letters, jobs, living cards and Home."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import handlers

LOADED = tuple(
    import_module(module.name).__name__
    for module in walk_packages(handlers.__path__, prefix="handlers.")
    if module.name != __name__
)
