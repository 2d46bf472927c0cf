"""Answers other than rows: 400, 401, 404, 405, and everything against the published document."""

from typing import Any
from urllib.parse import quote

import pytest

from exec_api_client.sandbox import BASE_PATH, SANDBOX_KEY, Request, Sandbox

from . import document
from .conftest import HEADERS, LISTS, SLUG, Ask, error, request


def path_of(operation_id: str, sandbox: Sandbox) -> str:
    session_id = next(iter(sandbox.world.sessions))
    path: str = document.operations()[operation_id]["path"]
    return path.format(session_id=session_id, scenario_id=SLUG)


@pytest.mark.parametrize("operation_id", LISTS)
def test_every_row_is_as_documented(operation_id: str, ask: Ask) -> None:
    pages = ask(LISTS[operation_id], page_size=100).json()["pagination"]["total_pages"]
    for page in range(1, pages + 2):
        body = ask(LISTS[operation_id], page_size=100, page=page).json()
        document.check(operation_id, 200, body)


def test_every_detail_is_as_documented(sandbox: Sandbox, ask: Ask) -> None:
    on_request = document.on_request()
    assert {"transcript", "evaluations"} <= on_request
    for session_id in sandbox.world.sessions:
        for include in (set[str](), *({name} for name in on_request), on_request):
            params = {"include": ",".join(sorted(include))} if include else {}
            answer = ask(f"/sessions/{session_id}", **params)
            document.check("getSession", 200, answer.json(), include=include)


def test_every_summary_is_as_documented(sandbox: Sandbox, ask: Ask) -> None:
    for scenario in sandbox.world.scenarios.values():
        body = ask(f"/scenarios/{scenario.slug}/analytics/summary").json()
        document.check("getScenarioAnalyticsSummary", 200, body)


def in_both(shown: dict[str, Any], published: dict[str, Any]) -> list[str]:
    """The names in the order in which they are shown; an example may be older than the schema beside it."""
    return [name for name in shown if name in published]


def test_fields_stand_in_the_published_order(sandbox: Sandbox, ask: Ask) -> None:
    for operation_id in document.SERVED:
        published = document.example(operation_id, 200)
        asked = ",".join(document.on_request() & published.keys()) if operation_id == "getSession" else ""
        shown = ask(path_of(operation_id, sandbox), f"include={asked}" if asked else "").json()
        assert in_both(shown, published) == list(published)
        for name, value in published.items():
            if isinstance(value, list):
                assert in_both(shown[name][0], value[0]) == list(value[0])


@pytest.mark.parametrize("operation_id", document.SERVED)
def test_it_takes_exactly_the_documented_parameters(operation_id: str, sandbox: Sandbox, ask: Ask) -> None:
    answer = ask(path_of(operation_id, sandbox), "nonsense=1&other=2")
    assert (answer.status, error(answer)["code"]) == (400, "unknown_parameter")
    message = error(answer)["message"]
    assert message.startswith("Unknown parameter: nonsense, other;")
    assert set(message.rpartition(": ")[2].split(", ")) == document.parameters(operation_id)


@pytest.mark.parametrize("operation_id", document.SERVED)
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer exec_live_wrong", f"Basic {SANDBOX_KEY}", SANDBOX_KEY],
)
def test_unauthorized(operation_id: str, sandbox: Sandbox, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = sandbox.handle(Request("GET", BASE_PATH + path_of(operation_id, sandbox), "", headers))
    assert (answer.status, answer.json()) == (401, document.example(operation_id, 401))


def test_the_key_can_be_chosen() -> None:
    sandbox = Sandbox(sessions=1, key="exec_live_mine")
    headers = {"AUTHORIZATION": "bearer  exec_live_mine "}
    assert sandbox.handle(Request("GET", "/rest/v1/sessions", "", headers)).status == 200
    assert sandbox.handle(Request("GET", "/rest/v1/sessions", "", HEADERS)).status == 401


def test_not_found(ask: Ask) -> None:
    published = document.example("getScenarioAnalyticsSummary", 404)
    for tail in ("summary", "participants"):
        answer = ask(f"/scenarios/abc123/analytics/{tail}")
        assert (answer.status, answer.json()) == (404, published)
    answer = ask("/sessions/a%2Fb%22%C3%A9")
    assert answer.status == 404
    assert error(answer) == {"type": "not_found", "message": 'Session not found: a/b"é'}
    document.check("getSession", 404, answer.json())


@pytest.mark.parametrize(
    "path",
    ["/", "/sessions/", "/sessions/a/b", "/scenarios", "/scenarios//analytics/summary", "/Sessions"],
)
def test_unknown_routes(path: str, ask: Ask) -> None:
    answer = ask(path)
    assert (answer.status, error(answer)["type"]) == (404, "not_found")
    assert "code" not in error(answer)
    said = f"the sandbox has no route GET {path}; it answers only what "
    assert str(error(answer)["message"]).startswith(said)


def test_outside_the_base_path_there_is_nothing(sandbox: Sandbox) -> None:
    for path in ("/", "/sessions", "/rest/v1", "/rest/v2/sessions", "/rest/v1x/sessions"):
        for headers in (HEADERS, {}):
            answer = sandbox.handle(Request("GET", path, "", headers))
            assert answer.status == 404
            assert error(answer)["message"] == (
                f"the sandbox has no route GET {path}; its routes begin with /rest/v1/"
            )


def test_what_it_serves_is_documented_and_nothing_else_is_served(sandbox: Sandbox) -> None:
    assert document.operations().keys() == set(document.SERVED)
    served = {operation["path"] for operation in document.operations().values()}
    for method, path in {*document.others(), ("GET", "/undocumented")}:
        answer = sandbox.handle(request(quote(path), method=method))
        assert answer.status == (405 if path in served else 404), (method, path)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
def test_only_get_is_published(method: str, sandbox: Sandbox) -> None:
    for operation_id in document.SERVED:
        answer = sandbox.handle(request(path_of(operation_id, sandbox), method=method))
        assert (answer.status, answer.headers["allow"]) == (405, "GET")
        assert error(answer)["code"] == "method_not_allowed"


def test_headers_are_found_in_any_case() -> None:
    asked = Request("GET", "/", "", {"X-One": "1", "x-two": "2"})
    assert [asked.header(name) for name in ("x-one", "X-TWO", "x-three")] == ["1", "2", None]


def test_the_default_key_has_the_published_form() -> None:
    prefix, rest = SANDBOX_KEY[:10], SANDBOX_KEY[10:]
    assert prefix == "exec_live_"
    assert len(rest) == 40
    assert rest.isalnum()
    assert rest.isascii()
