"""All journeys at once: importing this module fills the tables of actions, letters, jobs, living cards and Home."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import handlers

LOADED = tuple(
    import_module(f"handlers.{module.name}").__name__
    for module in iter_modules(handlers.__path__)
    if module.name != "journeys"
)
