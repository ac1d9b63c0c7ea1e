"""The Jinja environment of the pages: where templates are, and the filters that they use."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, select_autoescape

from api.pages import assets, wording


def environment() -> Environment:
    """The Jinja environment with the filters that templates use."""
    folder = files("api") / "templates"

    def load(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")
    made = Environment(loader=FunctionLoader(load), autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)
    filters: dict[str, Callable[..., object]] = {
        "number": wording.number, "money": wording.money, "count": wording.count, "percent": wording.percent, "short": wording.short,
        "spaced": wording.spaced, "years": wording.years}
    made.filters.update(filters)
    made.globals.update(asset=assets.address, has_vendor=assets.has_vendor)
    return made
