"""Platform callbacks, thin: a payload becomes a request, one call serves it, and what comes back is shown.

`register` of each module hangs its listeners into Bolt. None of them decides anything.
"""

from slack_bolt.async_app import AsyncApp

from surfaces.slack.listeners import actions, commands, events, shortcuts, views
from surfaces.slack.listeners.ears import Ears


def register(app: AsyncApp, ears: Ears) -> None:
    """Hang all listeners in; what is asked most often comes first."""
    for module in (commands, actions, views, events, shortcuts):
        module.register(app, ears)
