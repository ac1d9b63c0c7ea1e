"""Errors as problem+json (RFC 9457): what is wrong, where, and what to do."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from kg.errors import NotFoundError, QueryError, RefusedError, RoleGraphError, StoreError

_STATUS = ((RefusedError, 403), (QueryError, 400), (NotFoundError, 404), (StoreError, 503))


class Problem(Exception):
    """An answer other than success; `hint` says what the client may do, `members` are further members of the answer."""

    lost = False

    def __init__(self, status: int, detail: str, hint: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.hint, self.headers = status, detail, hint, headers or {}
        self.members: dict[str, object] = {}


def problem(status: int, detail: str, hint: str = "", headers: dict[str, str] | None = None,
            members: dict[str, object] | None = None) -> JSONResponse:
    """A problem+json response."""
    body = {**(members or {}), "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if hint:
        body["hint"] = hint
    return JSONResponse(body, status, headers, media_type="application/problem+json")


async def on_problem(request: Request, error: Problem) -> JSONResponse:
    """Handler for Problem."""
    return problem(error.status, error.detail, error.hint, error.headers, error.members)


async def on_http(request: Request, error: HTTPException) -> JSONResponse:
    """Handler for the framework's own errors (404, 405 ...)."""
    return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))


async def on_error(request: Request, error: RoleGraphError) -> JSONResponse:
    """Handler for RoleGraph's errors: a query's are the client's (400, 403), an unknown name is 404, a store's are ours (503)."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    detail = f"{error.place}: {error.reason}" if error.place else error.reason
    return problem(status, detail, error.hint)


async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Handler for parameters that are missing or out of bounds: says which and why."""
    said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors())
    return problem(422, said, "the parameters are described in /openapi.json")
