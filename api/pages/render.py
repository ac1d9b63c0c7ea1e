"""The Jinja environment of the pages: where templates are, and the filters that they use."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, pass_context, select_autoescape
from jinja2.runtime import Context

from api.pages import assets, claims, growth, pay, wording


def environment() -> Environment:
    """The Jinja environment with the filters that templates use."""
    folder = files("api") / "templates"

    def load(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")
    made = Environment(loader=FunctionLoader(load), autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)
    filters: dict[str, Callable[..., object]] = {
        "number": wording.number, "money": wording.money, "count": wording.count, "percent": wording.percent, "short": wording.short,
        "spaced": wording.spaced, "years": wording.years, "titled": _titled, "capital": wording.capital, "href": wording.href,
        "css": wording.css, "place": wording.place, "stated": pay.stated, "figure": growth.figure, "said": claims.words}
    made.filters.update(filters)
    made.globals.update(asset=assets.address, has_vendor=assets.has_vendor)
    return made


@pass_context
def _titled(context: Context, label: str) -> str:
    """A document's title for people, as the view of the graph knows it."""
    view = context.get("view")
    return view.title(label) if view else wording.titled(label)
