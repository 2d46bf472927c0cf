"""The operations that the sandbox serves, as a function from a request to a response."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from operator import attrgetter
from pkgutil import walk_packages
from typing import Any, TypeVar
from urllib.parse import unquote

from . import analytics, render
from .detail import write_detail
from .messages import Json, Request, Response, error_response, json_response
from .queries import (
    SESSION_VALUES,
    BadParameterError,
    Params,
    assignment_filter,
    attempt_filter,
    cut_page,
    session_filter,
    sort,
    sortings,
)
from .world import Session, World

BASE_PATH = "/rest/v1"
"""The path of the API, as in production."""

SANDBOX_KEY = "exec_live_NotARealKeyNotARealKeyNotARealKeySandbox"
"""The default key of a sandbox. It has the form of a real key and works nowhere else."""

INCLUDES = ("transcript", "evaluations")

SERVED = (
    ("GET", "/sessions"),
    ("GET", "/sessions/{session_id}"),
    ("GET", "/scenarios/assignments"),
    ("GET", "/scenarios/{scenario_id}/analytics/summary"),
    ("GET", "/scenarios/{scenario_id}/analytics/participants"),
)
"""The operations that the sandbox serves. It answers 501 to the document's other ones."""

T = TypeVar("T")
Serve = Callable[..., Json]
"""Returns the body for a query's parameters and the values in the path."""


class Api:
    """The API over a world. It reads the world afresh for each request."""

    def __init__(self, world: World, *, key: str, strict: bool) -> None:
        self.world = world
        self.strict = strict
        self._key = key
        self._sorted: tuple[object, list[Session]] = (None, [])
        serves = (
            self._list_sessions,
            self._get_session,
            self._list_assignments,
            self._summary,
            self._participants,
        )
        served: dict[tuple[str, str], Serve] = dict(zip(SERVED, serves, strict=True))
        # Path → method → the operation, or the name of one that is not served.
        paths: dict[str, dict[str, Serve | str]] = {}
        operations: dict[tuple[str, str], Serve | str] = {**documented(), **_anonymous(served)}
        for (method, path), operation in operations.items():
            paths.setdefault(path, {})[method] = operation
        # Where two paths match, the literal one comes first: `{` sorts after all letters.
        self._paths = [(_pattern(path), paths[path]) for path in sorted(paths)]

    def refuse(self, request: Request) -> Response | None:
        """Return the 404 outside the base path and the 401 without the right key, else None."""
        if not request.path.startswith(BASE_PATH + "/"):
            return _not_found(
                f"the API has no path {unquote(request.path)}: its paths begin with {BASE_PATH}/"
            )
        scheme, _, key = (request.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or key.strip() != self._key:
            message = "Invalid or inactive API key"
            return error_response(401, "authentication_error", message, code="invalid_api_key")
        return None

    def respond(self, request: Request) -> Response:
        """Return the response to a request with the right key."""
        path = request.path.removeprefix(BASE_PATH)
        for pattern, operations in self._paths:
            if match := pattern.fullmatch(path):
                return self._serve(request, operations, *map(unquote, match.groups()))
        return _not_found(f"the API has no path {unquote(path)}")

    def _serve(self, request: Request, operations: Mapping[str, Serve | str], *values: str) -> Response:
        operation = operations.get(request.method)
        if operation is None:
            message = f"Method not allowed: {request.method}"
            allow = {"allow": ", ".join(operations)}
            return error_response(405, "invalid_request", message, code="method_not_allowed", headers=allow)
        if isinstance(operation, str):
            message = f"the sandbox does not serve {operation} ({request.method} {unquote(request.path)})"
            return error_response(501, "not_implemented", message, code="not_served")
        try:
            params = Params(request.query, strict=self.strict)
            return json_response(200, operation(params, *values))
        except _NotFoundError as error:
            return _not_found(str(error))
        except BadParameterError as error:
            return error_response(400, "invalid_request", error.message, code=error.code)

    def _list_sessions(self, params: Params) -> Json:
        matches, paging = session_filter(params), params.paging()
        sorting = params.choice("sorting", sortings(SESSION_VALUES), "-created_at")
        params.finish()
        # A program that reads all pages asks for the same rows each time: they are sorted once.
        question = (self.world.version, params.filters)
        if self._sorted[0] != question:
            rows = filter(matches, self.world.sessions.values())
            value = SESSION_VALUES[sorting.removeprefix("-")]
            self._sorted = question, sort(rows, sorting, value, lambda session: session.id)
        return cut_page(self._sorted[1], paging, render.session)

    def _get_session(self, params: Params, session_id: str) -> Json:
        include = params.choices("include", INCLUDES) or frozenset()
        params.finish()
        session = self.world.sessions.get(session_id)
        if session is None:
            raise _NotFoundError(f"Session not found: {session_id}")
        return render.session_detail(session, session.detail or write_detail(session), include)

    def _list_assignments(self, params: Params) -> Json:
        matches, paging = assignment_filter(params), params.paging()
        params.finish()
        rows = filter(matches, self.world.assignments.values())
        # Newest first; the document does not say.
        ordered = sort(rows, "-", lambda row: row.created_at.timestamp(), lambda row: row.id)
        return cut_page(ordered, paging, render.assignment)

    def _summary(self, params: Params, scenario: str) -> Json:
        matches = attempt_filter(params)
        params.finish()
        return analytics.summarise(filter(matches, self._sessions_of(scenario)))

    def _participants(self, params: Params, scenario: str) -> Json:
        matches, paging = attempt_filter(params), params.paging()
        sorting = params.choice("sorting", sortings(analytics.SORTED_BY), "-best_score")
        params.finish()
        rows = analytics.participants(filter(matches, self._sessions_of(scenario)))
        ordered = sort(rows, sorting, attrgetter(sorting.removeprefix("-")), lambda row: row.user.id)
        return cut_page(ordered, paging, analytics.Participant.json)

    def _sessions_of(self, key: str) -> list[Session]:
        scenario = self.world.find_scenario(key)
        if scenario is None:
            raise _NotFoundError(f"Scenario not found: {key}")
        return [each for each in self.world.sessions.values() if each.scenario.id == scenario.id]


@cache
def documented() -> Mapping[tuple[str, str], str]:
    """Return the name of each operation of the document, by method and path."""
    from .._runtime.operations import Operation  # noqa: PLC0415 (loads the models, when first used)
    from ..generated import api  # noqa: PLC0415

    modules = [import_module(each.name) for each in walk_packages(api.__path__, f"{api.__name__}.")]
    found: list[Operation[Any]] = [
        value for module in modules for value in vars(module).values() if isinstance(value, Operation)
    ]
    return _anonymous({(each.method, each.path): each.name for each in found})


class _NotFoundError(Exception):
    """A row that is not there. The message goes into the 404."""


def _anonymous(operations: Mapping[tuple[str, str], T]) -> dict[tuple[str, str], T]:
    """Return the operations with `{}` for each value in a path, whatever its name."""
    return {(method, re.sub(r"{[^}]*}", "{}", path)): each for (method, path), each in operations.items()}


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("([^/]+)".join(map(re.escape, path.split("{}"))))


def _not_found(message: str) -> Response:
    return error_response(404, "not_found", message)
