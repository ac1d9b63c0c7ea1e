"""The models of what the API answers with, made from the lookups' dataclasses, for OpenAPI and for whoever parses answers."""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model
from starlette.responses import Response

from kg.lookup.models import Claim, Education, Experience, Link, Market, Salary

CLAIMS = (Link, Salary, Market, Experience, Education, Claim)


class _Partial(BaseModel):
    """A model whose fields may all be left out, since a client may ask for some only."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """An error (RFC 9457): what is wrong, where, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    hint: str = ""


@cache
def model(cls: type) -> type[BaseModel]:
    """The pydantic model of a dataclass; its name and docstring are the dataclass's."""
    hints = get_type_hints(cls)
    made = {f.name: (_converted(hints[f.name]), Field(default_factory=_nothing)) for f in fields(cls)}
    return create_model(cls.__name__, __base__=_Partial, __doc__=cls.__doc__, **made)  # type: ignore[call-overload]


@cache
def page(*classes: type) -> type[BaseModel]:
    """The model of a page of items of one or several classes."""
    item = _converted(Union[classes])  # noqa: UP007 (a tuple of classes)
    name = "Page_" + ("Claim" if len(classes) > 1 else classes[0].__name__)
    return create_model(name, __base__=_Partial, __doc__="A stretch of a longer list; `total` counts all of it.",
                        total=(int, Field(ge=0)), limit=(int, Field(ge=1)), offset=(int, Field(ge=0)), items=(list[item], Field()))  # type: ignore[valid-type]


def _nothing() -> None:
    return None


def _converted(hint: object) -> object:
    if is_dataclass(hint):
        return Union[tuple(model(c) for c in CLAIMS)] if hint is Claim else model(hint)  # type: ignore[arg-type]  # noqa: UP007
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        if arguments[1:] == (Ellipsis,):
            return list[_converted(arguments[0])]  # type: ignore[misc]
        return list[arguments[0]]  # type: ignore[valid-type]
    if origin in (Union, types.UnionType):
        return Union[tuple(model(a) if is_dataclass(a) and len(arguments) > 2 else _converted(a) for a in arguments)]  # noqa: UP007
    return hint


@cache
def listed(cls: type) -> type[RootModel]:
    """The model of a list of items of one class."""
    return create_model(f"List_{cls.__name__}", __base__=RootModel[list[model(cls)]], __doc__=f"A list: {cls.__doc__}")  # type: ignore[misc]


@cache
def examples() -> dict[str, dict]:
    """By operation: an answer, shortened, taken from the graph of the guides that come with RoleGraph."""
    return json.loads((files("api.rest") / "examples.json").read_text(encoding="utf-8"))


def documented(name: str, answer: type | None, *media_types: str) -> dict[str, Any]:
    """What OpenAPI says of an operation's answers; `media_types` where they are not those of every lookup."""
    content: dict[str, Any] = {media_type: {} for media_type in media_types or ("application/json", "text/csv", "text/turtle", "application/ld+json")}
    example = examples().get(name)
    if example and "application/json" in content:
        content["application/json"] = {"example": example["answer"]}
    done: dict[str, Any] = {"description": "The answer", "content": content,
                            "headers": {"Link": {"description": "Further pages (RFC 8288)", "schema": {"type": "string"}}}}
    if answer is not None:
        done["model"] = _converted(answer)
    problem = {"model": Problem, "description": "An error, as problem+json", "content": {"application/problem+json": {}}}
    return {"response_class": Response, "responses": {200: done, "default": problem}}
