"""The directory as an upload: a manager sends a file, follows how it is read, and gets the report."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

import structlog
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import Refusal
from handlers.webroom.views import Frame
from messages import compose
from messages.notices.trouble import Refused, Trouble
from messages.refusals import explain
from surfaces.web.visit import Upload, Visit, open_visit, read_post, text_of

KEPT: Final = 50
REFRESH_SECONDS: Final = 1
NAME_MAX: Final = 120
_log: Final = structlog.get_logger("matchpoint.web.uploads")


async def import_page(request: Request) -> Response:
    """Show the form for a file, and take one."""
    visit = open_visit(request)
    frame = await _manager(visit)
    if request.method != "POST":
        return await _page(visit, frame)
    try:
        data = await read_post(visit, files=1)
        file = data.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await _page(visit, frame, status=422, missing=True)
        path = await asyncio.to_thread(_copy, file.file)
        name, partial = Path(file.filename).name[:NAME_MAX], bool(text_of(data, "partial"))
    finally:
        await request.close()
    key = secrets.token_urlsafe(12)
    uploads = visit.parts.uploads
    for old in [one for one, upload in uploads.items() if upload.card is not None][: max(0, len(uploads) - KEPT + 1)]:
        del uploads[old]
    upload = uploads[key] = Upload(visit.session.workspace, visit.session.user)
    upload.task = asyncio.create_task(_run(visit, upload, path, name, partial=partial))
    return RedirectResponse(f"/import/{key}", 303)


async def follow(request: Request) -> Response:
    """Show how far an import is, and its report; the page asks for itself again until it is done."""
    visit = open_visit(request)
    frame = await _manager(visit)
    upload = visit.parts.uploads.get(str(request.path_params["upload"]))
    if upload is None or (upload.workspace, upload.user) != (visit.session.workspace, visit.session.user):
        raise HTTPException(404)
    response = await _page(visit, frame, upload=upload)
    if upload.card is None:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


async def _manager(visit: Visit) -> Frame:
    frame = await visit.frame()
    if frame is None or not frame.viewer.manages:
        raise HTTPException(404)
    return frame


async def _page(
    visit: Visit, frame: Frame, *, status: int = 200, missing: bool = False, upload: Upload | None = None
) -> Response:
    return await visit.page("import.html", frame, status=status, here="import", missing=missing, upload=upload)


async def _run(visit: Visit, upload: Upload, path: Path, name: str, *, partial: bool) -> None:
    def progress(done: int, total: int | None) -> None:
        upload.done, upload.total = done, total

    webroom, now = visit.parts.webroom, visit.parts.clock.now()
    words = visit.chrome_for(await visit.frame())[1].words
    try:
        upload.card = await asyncio.to_thread(
            webroom.import_file,
            upload.workspace,
            upload.user,
            path,
            file_name=name,
            partial=partial,
            now=now,
            progress=progress,
        )
    except Refusal as refusal:
        upload.card = compose(Refused(text=explain(refusal, words)), words)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("import_failed", reference=reference)
        upload.card = compose(Trouble(reference=reference), words)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _copy(source: BinaryIO) -> Path:
    with tempfile.NamedTemporaryFile(prefix="matchpoint-", suffix=".csv", delete=False) as target:
        shutil.copyfileobj(source, target)
    return Path(target.name)
