"""Files of figures, opened by nothing but the token in their address; whatever it does not open says how to get one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from domain.errors import NotFound
from surfaces.web.visit import Parts

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CHUNK: Final = 64 * 1024
_IN_MEMORY: Final = 1024 * 1024


async def export(request: Request) -> Response:
    """Give the file that a private link opens, as it is now. :raises NotFound: key "web.file.over"."""
    parts: Parts = request.app.state.parts
    token, now = str(request.path_params["token"]), parts.clock.now()
    target = tempfile.SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
    try:
        name = await parts.run(lambda: parts.desk.export(token, target, now=now))  # type: ignore[arg-type]
    except BaseException:
        target.close()
        raise
    if name is None:
        target.close()
        raise NotFound("web.file.over", command="/voucher board")
    size = target.tell()
    target.seek(0)
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Robots-Tag": "noindex",
    }
    return StreamingResponse(_chunks(target), media_type=_TYPES[name.rpartition(".")[2]], headers=headers)


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    with source:
        while chunk := source.read(_CHUNK):
            yield chunk
