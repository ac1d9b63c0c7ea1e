"""A FastAPI route that returns a constant: what the framework alone can do."""

from __future__ import annotations

from fastapi import FastAPI


def make() -> FastAPI:
    """The application."""
    app = FastAPI()

    @app.get("/constant")
    async def constant() -> dict[str, str]:
        return {"status": "ok"}
    return app
