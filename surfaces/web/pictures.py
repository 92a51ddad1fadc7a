"""Pictures for platforms that fetch them by their address; whatever a token does not open is a plain 404."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from surfaces.web.visit import Parts


async def picture(request: Request) -> Response:
    """Give the picture that a signed address opens, as it is now."""
    parts: Parts = request.app.state.parts
    token, now = str(request.path_params["token"]), parts.clock.now()
    png = await parts.run(lambda: parts.desk.picture(token, now=now))
    if png is None:
        return PlainTextResponse("404", status_code=404)
    headers = {"Cache-Control": "private, max-age=3600", "X-Robots-Tag": "noindex"}
    return Response(png, media_type="image/png", headers=headers)
