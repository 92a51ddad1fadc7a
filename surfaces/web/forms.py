"""Filled forms: checked, sent, and shown again with what was typed whenever they cannot be taken."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from handlers.requests import Submission
from messages.card import Card, Note, Section
from messages.chrome import chrome
from surfaces.trouble import looks_of
from surfaces.web.fields import in_order, mistakes, read_values
from surfaces.web.replies import check, form_page, lay_out, show
from surfaces.web.session import OpenForm
from surfaces.web.visit import Spot, Visit, open_visit, read_fields, require_genuine, text_of


async def submit(request: Request) -> Response:
    """Take a filled form; with mistakes, or once somebody else is signed in, it comes back as it was typed."""
    visit = open_visit(request)
    if request.method != "POST":
        return RedirectResponse("/", 303)
    data, session = await read_fields(visit), visit.session
    found = visit.parts.sessions.read_form(text_of(data, "form"))
    # A form is its person's own, whenever he or she has signed in: its session answers for it, not that of today.
    require_genuine(visit, found[0] if found else session, data)
    if found is None:
        raise HTTPException(400)
    owner, opened = found
    if (owner.workspace, owner.user) != (session.workspace, session.user):
        return await _keep_for(visit, opened, data)
    return await _take(visit, opened, data)


async def _take(visit: Visit, opened: OpenForm, data: FormData) -> Response:
    spot = Spot(opened.channel, opened.thread)
    await check(visit, spot)
    frame = await visit.frame()
    _, words = visit.chrome_for(frame)
    values = read_values(opened.form, data)
    found = mistakes(opened.form, values, words)
    submission = Submission(
        visit.speaker,
        opened.form.action,
        opened.form.value,
        values,
        spot.place(visit.session.workspace),
        opened.request,
    )
    now, rehearse = visit.parts.clock.now(), bool(found)
    # Mistakes that only the handler knows are told in the same round as those of the fields.
    shown = await visit.parts.run(lambda: visit.parts.desk.submit(submission, now=now, rehearse=rehearse))
    if not found and not shown.errors and not shown.failed:
        return await show(visit, shown, spot, clicked=opened.message)
    # Whatever the reason, what was typed stays on the screen.
    errors = in_order(opened.form, {**shown.errors, **found}) or {"": _told_by(shown.card)}
    looks = () if errors.keys() != {""} else looks_of(shown.card)
    return await form_page(visit, opened, spot, frame=frame, errors=errors, values=dict(values), looks=looks)


async def _keep_for(visit: Visit, opened: OpenForm, data: FormData) -> Response:
    """Show a form again that is not of who is signed in now; it can be sent once its own person is.

    The desk hears nothing of it. Whoever sits at this browser has just had it on the screen.
    """
    frame = await visit.frame()
    # In the language of the form, which is that of who filled it in.
    words = chrome(opened.form.locale, "UTC")
    told = words.signed_out_meanwhile if frame is None else words.taken_over_by(frame.viewer.name)
    context: dict[str, object] = {
        "opened": opened,
        "token": text_of(data, "form"),
        "form_csrf": text_of(data, "csrf"),
        "form_t": words,
        "errors": {"": told},
        "values": dict(read_values(opened.form, data)),
        "back": "/",
        "looks": (),
        "at": {},
    }
    return await lay_out(visit, frame, Spot(), context, status=403)


def _told_by(card: Card | None) -> str:
    """Return what a card says, for a place without room for a card."""
    if card is None:
        return ""
    said = [card.title, *(block.text for block in card.blocks if isinstance(block, Section | Note))]
    return "\n".join(line for line in said if line)
