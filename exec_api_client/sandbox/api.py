"""The five published operations, as a function from a request to an answer."""

from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from . import render
from .analytics import PARTICIPANT_SORTINGS, arrange_participants, participants, summarise
from .detail import write_detail
from .lists import cut_page
from .messages import Request, Response, error_response, json_response
from .params import BadParameterError, Params
from .queries import AssignmentQuery, Attempts, SessionQuery, of_scenario
from .rows import Scenario, Session
from .world import World

BASE_PATH = "/rest/v1"
"""Where the operations stand, as in production."""

SANDBOX_KEY = "exec_live_NotARealKeyNotARealKeyNotARealKeySandbox"
"""The key that a sandbox takes unless told otherwise: the right form, and good for nothing else."""

INCLUDES = ("transcript", "evaluations")


class _NotFoundError(Exception):
    """Nothing stands there; the message goes into the 404."""


class Api:
    """The API over a world. It reads the world afresh for each request and keeps no other state.

    Args:
        world: The rows to answer from.
        key: The one key that is let in.
        strict: Whether a parameter that the operation does not have is a 400 that names it,
            or is ignored.
    """

    def __init__(self, world: World, *, key: str, strict: bool) -> None:
        self.world = world
        self.strict = strict
        self._key = key
        self._last: tuple[int, SessionQuery, list[Session]] | None = None

    def refuse(self, request: Request) -> Response | None:
        """Return the 404 outside the base path and the 401 without the right key, else None."""
        if not request.path.startswith(BASE_PATH + "/"):
            return _not_found(
                f"the sandbox has no route {request.method} {unquote(request.path)}; "
                f"its routes begin with {BASE_PATH}/"
            )
        scheme, _, key = (request.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or key.strip() != self._key:
            return error_response(
                401,
                "authentication_error",
                "Invalid or inactive API key",
                code="invalid_api_key",
            )
        return None

    def answer(self, request: Request) -> Response:
        """Answer a request that has been let in. What is wrong with it is in the answer, not raised."""
        try:
            return self._route(request)
        except _NotFoundError as error:
            return _not_found(str(error))
        except BadParameterError as error:
            return error_response(400, "invalid_request", error.message, code=error.code)

    def _route(self, request: Request) -> Response:
        segments = request.path.removeprefix(BASE_PATH + "/").split("/")
        operation: Callable[[Params], render.Json]
        match [unquote(segment) for segment in segments]:
            case ["sessions"]:
                operation = self._list_sessions
            case ["sessions", session_id] if session_id:
                operation = partial(self._get_session, session_id)
            case ["scenarios", "assignments"]:
                operation = self._list_assignments
            case ["scenarios", scenario, "analytics", "summary"] if scenario:
                operation = partial(self._summary, scenario)
            case ["scenarios", scenario, "analytics", "participants"] if scenario:
                operation = partial(self._participants, scenario)
            case _:
                path = unquote(request.path.removeprefix(BASE_PATH))
                raise _NotFoundError(
                    f"the sandbox has no route {request.method} {path}; "
                    "it answers only what exec_api_client/sandbox implements"
                )
        if request.method != "GET":
            return error_response(
                405,
                "invalid_request",
                f"Method not allowed: {request.method}",
                code="method_not_allowed",
                headers={"allow": "GET"},
            )
        return json_response(200, operation(Params(request.query)))

    def _list_sessions(self, params: Params) -> render.Json:
        query, paging = SessionQuery.read(params), params.paging()
        self._finish(params)
        return render.page(cut_page(self._sessions(query), paging), render.session)

    def _get_session(self, session_id: str, params: Params) -> render.Json:
        include = params.choices("include", INCLUDES) or frozenset()
        self._finish(params)
        session = self.world.sessions.get(session_id)
        if session is None:
            raise _NotFoundError(f"Session not found: {session_id}")
        return render.session_detail(session, session.detail or write_detail(session), include)

    def _list_assignments(self, params: Params) -> render.Json:
        query, paging = AssignmentQuery.read(params), params.paging()
        self._finish(params)
        rows = query.run(self.world.assignments.values())
        return render.page(cut_page(rows, paging), render.assignment)

    def _summary(self, scenario: str, params: Params) -> render.Json:
        attempts = Attempts.read(params)
        self._finish(params)
        found = self._scenario(scenario)
        return render.summary(summarise(of_scenario(self.world.sessions.values(), found, attempts)))

    def _participants(self, scenario: str, params: Params) -> render.Json:
        attempts = Attempts.read(params)
        sorting = params.choice("sorting", PARTICIPANT_SORTINGS, "-best_score")
        paging = params.paging()
        self._finish(params)
        sessions = of_scenario(self.world.sessions.values(), self._scenario(scenario), attempts)
        rows = arrange_participants(participants(sessions), sorting)
        return render.page(cut_page(rows, paging), render.participant)

    def _sessions(self, query: SessionQuery) -> list[Session]:
        """Run a query, or take the last result where neither query nor world has changed.

        Somebody who walks a thousand pages asks the same a thousand times.
        """
        if self._last is not None and self._last[:2] == (self.world.version, query):
            return self._last[2]
        rows = query.run(self.world.sessions.values())
        self._last = (self.world.version, query, rows)
        return rows

    def _scenario(self, key: str) -> Scenario:
        found = self.world.find_scenario(key)
        if found is None:
            raise _NotFoundError(f"Scenario not found: {key}")
        return found

    def _finish(self, params: Params) -> None:
        if self.strict:
            params.refuse_others()


def _not_found(message: str) -> Response:
    return error_response(404, "not_found", message)
