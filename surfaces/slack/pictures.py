"""Pictures of a card, brought to Slack before the message that shows them.

What Slack's reference and the maintainers of its SDKs say, as read in autumn 2026:
- An image block may name a file of Slack's by `slack_file: {id}` (an image; `F` and at least eight capitals or digits);
  whoever posts it needs access to it, so the same token uploads and posts. `alt_text` has at most 2,000 characters.
- files.getUploadURLExternal (`filename`, `length`, `alt_txt` up to 1,000) gives an address, which takes the bytes by
  POST, raw or as a form, and answers 200; files.completeUploadExternal ends it, once. Without a channel the file stays
  private, and no message appears. Both need files:write. (docs.slack.dev, reference/methods)
- Files are processed afterwards. Until then chat.postMessage answers `invalid_blocks`, "invalid slack file"
  (slackapi/python-slack-sdk issues 1521, 1658 and 1797; a second later it works), and files.info, which needs
  files:read, tells no `mimetype` yet (slackapi/node-slack-sdk issue 2040).

So the visible act stays one chat.postMessage with its metadata. An upload that is done twice leaves a private file
behind, which nobody sees.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from domain.text import shorten
from handlers.ports import Gone, Rejected, Unreachable, Unsure
from messages.card import Card, Picture
from surfaces.slack.client import SlackClient, pick
from surfaces.slack.payloads import part

_log: Final = structlog.get_logger("matchpoint.slack")
_ALT_TEXT: Final = 1000
#: All of a delivery has twenty; a card without its picture is better than one that comes late.
_SECONDS_IN_ALL: Final = 8.0
_LOOKS: Final = 12
_PAUSE_SECONDS: Final = 0.4


async def upload_pictures(client: SlackClient, card: Card) -> dict[Picture, str]:
    """Bring the pictures of a card to Slack; return the ids of those that can be shown.

    One that Slack does not take is left out: the card tells it in words. :raises Throttled: Slack asks to wait.
    """
    files: dict[Picture, str] = {}
    for block in card.blocks:
        if isinstance(block, Picture):
            try:
                async with asyncio.timeout(_SECONDS_IN_ALL):
                    files[block] = await _upload(client, block)
            except Gone:
                raise
            except (Rejected, Unreachable, Unsure, TimeoutError) as error:
                _log.warning("picture_not_uploaded", reason=str(error) or type(error).__name__)
    return files


async def _upload(client: SlackClient, picture: Picture) -> str:
    """Upload one picture and wait until it can be shown.

    :raises Rejected, Unreachable, Unsure, Throttled: see `SlackClient.call`; Unsure also where it takes too long.
    """
    begun = await client.call(
        "files_getUploadURLExternal",
        filename="take-up.png",
        length=len(picture.png),
        alt_txt=shorten(picture.alt, _ALT_TEXT),
    )
    file = pick(begun, "file_id")
    await client.send_file(pick(begun, "upload_url"), picture.png)
    await client.call("files_completeUploadExternal", files=[{"id": file, "title": shorten(picture.alt, 80)}])
    for _ in range(_LOOKS):
        if part(await client.call("files_info", file=file), "file").get("mimetype"):
            return file
        await asyncio.sleep(_PAUSE_SECONDS)
    raise Unsure("still being processed")
