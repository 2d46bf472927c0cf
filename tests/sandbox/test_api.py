"""Errors, and all responses against the published document."""

import pytest

from exec_api_client import sandbox as package
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
    for session_id in list(sandbox.world.sessions)[:60]:
        for include in (set[str](), *({name} for name in on_request), on_request):
            params = {"include": " , ".join(sorted(include))} if include else {}
            answer = ask(f"/sessions/{session_id}", **params)
            document.check("getSession", 200, answer.json(), include=include)


def test_every_summary_is_as_documented(sandbox: Sandbox, ask: Ask) -> None:
    for scenario in sandbox.world.scenarios.values():
        body = ask(f"/scenarios/{scenario.slug}/analytics/summary").json()
        document.check("getScenarioAnalyticsSummary", 200, body)


@pytest.mark.parametrize("operation_id", document.SERVED)
def test_it_takes_exactly_the_documented_parameters(operation_id: str, sandbox: Sandbox, ask: Ask) -> None:
    answer = ask(path_of(operation_id, sandbox), "nonsense=1&other=2")
    assert (answer.status, error(answer)["code"]) == (400, "unknown_parameter")
    message = error(answer)["message"]
    assert message.startswith("Unknown parameter: nonsense, other;")
    assert set(message.rpartition(": ")[2].split(", ")) == document.parameters(operation_id)


@pytest.mark.parametrize("operation_id", document.SERVED)
@pytest.mark.parametrize("authorization", [None, "Bearer ", "Bearer exec_live_wrong", f"Basic {SANDBOX_KEY}"])
def test_unauthorized(operation_id: str, sandbox: Sandbox, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = sandbox.handle(Request("GET", BASE_PATH + path_of(operation_id, sandbox), "", headers))
    assert (answer.status, answer.json()) == (401, document.example(operation_id, 401))


def test_the_key_can_be_chosen() -> None:
    sandbox = Sandbox(sessions=1, key="exec_live_mine")
    headers = {"AUTHORIZATION": "bearer  exec_live_mine "}
    assert sandbox.handle(Request("GET", "/rest/v1/sessions", "", headers)).status == 200
    assert sandbox.handle(Request("GET", "/rest/v1/sessions", "", HEADERS)).status == 401


# --- paths and methods


def test_not_found(sandbox: Sandbox, ask: Ask) -> None:
    published = document.example("getScenarioAnalyticsSummary", 404)
    for tail in ("summary", "participants"):
        answer = ask(f"/scenarios/abc123/analytics/{tail}")
        assert (answer.status, answer.json()) == (404, published)
    answer = ask("/sessions/a%2Fb%22%C3%A9")
    assert error(answer) == {"type": "not_found", "message": 'Session not found: a/b"é'}
    document.check("getSession", 404, answer.json())
    for path in ("/", "/sessions/", "/sessions/a/b", "/scenarios//analytics/summary", "/Sessions"):
        assert (ask(path).status, error(ask(path))["message"]) == (404, f"the API has no path {path}")
    for path in ("/", "/sessions", "/rest/v1", "/rest/v2/sessions", "/rest/v1x/sessions"):
        answer = sandbox.handle(Request("GET", path, "", {}))
        said = f"the API has no path {path}: its paths begin with /rest/v1/"
        assert (answer.status, error(answer)["message"]) == (404, said)


def test_other_methods_of_a_served_path(sandbox: Sandbox) -> None:
    for operation_id in document.SERVED:
        path = document.operations()[operation_id]["path"]
        others = {method for method, other in document.others() if other == path}
        for method in {"POST", "PUT", "PATCH", "DELETE", "HEAD"} - others:
            answer = sandbox.handle(request(path_of(operation_id, sandbox), method=method))
            assert (answer.status, error(answer)["code"]) == (405, "method_not_allowed")
            assert "GET" in answer.headers["allow"].split(", ")


def test_operations_of_the_document_that_it_does_not_serve_are_501(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for method, path in document.others():
        assert sandbox.handle(request(path, method=method)).status == 501, (method, path)
    operations = {
        ("POST", "/sessions"): "sessions.create",
        ("GET", "/sessions/export"): "sessions.export",
        ("DELETE", "/notes/{}"): "notes.delete",
    }
    monkeypatch.setattr("exec_api_client.sandbox.api.documented", lambda: operations)
    grown = Sandbox(sessions=1)
    for (method, path), name in operations.items():
        answer = grown.handle(request(path.replace("{}", "n%201"), method=method))
        said = f"the sandbox does not serve {name} ({method} /rest/v1{path.replace('{}', 'n 1')})"
        assert (answer.status, error(answer)["message"]) == (501, said)
    assert grown.handle(request("/sessions")).status == 200
    assert grown.handle(request("/sessions/other")).status == 404
    assert grown.handle(request("/notes/1")).headers["allow"] == "DELETE"
    grown.fail_when(lambda each: each.path.endswith("/sessions"), status=201, body={"id": "s1"})
    assert grown.handle(request("/sessions", method="POST")).json() == {"id": "s1"}


def test_help_lists_the_operations_that_it_serves() -> None:
    listed = [line for line in str(package.__doc__).splitlines() if line.startswith("- `GET")]
    served = [document.operations()[operation_id]["path"] for operation_id in document.SERVED]
    assert [line[7:-1] for line in listed] == served


# --- parameters


def refuses(operation_id: str, query: str, ask: Ask) -> None:
    answer = ask(LISTS[operation_id], query)
    published = document.example("listSessions", 400)["error"]
    assert answer.status == 400
    assert error(answer) | {"message": ""} == published | {"message": ""}
    assert error(answer)["message"].startswith(f"{published['message']}: {query.partition('=')[0]} must be")
    document.check("listSessions", 400, answer.json())


@pytest.mark.parametrize("operation_id", LISTS)
def test_pagination_has_bounds(operation_id: str, ask: Ask) -> None:
    most = document.largest_page(operation_id)
    assert ask(LISTS[operation_id], f"page_size={most}").status == 200
    refuses(operation_id, f"page_size={most + 1}", ask)
    for value in ("0", "-1", "1.5", "1e2", "", "one", "%20", "%2B1", "%D9%A1", "9" * 5000):
        refuses(operation_id, f"page={value}", ask)
        refuses(operation_id, f"page_size={value}", ask)


@pytest.mark.parametrize(
    ("path", "query", "code", "words"),
    [
        ("/sessions", "rank=gold&rank=silver", "repeated_parameter", "rank is given more than once"),
        ("/sessions", "rank=not-a-rank,gold,tin", "invalid_parameter", "not 'not-a-rank, tin'"),
        ("/sessions", "user_ids=u1,,u2", "invalid_parameter", "user_ids has an empty value"),
        ("/sessions", "sorting=%2Bscore", "invalid_parameter", "-created_at"),
        ("/sessions", "exclude_system_users=True", "invalid_parameter", "true, false"),
        ("/sessions/x", "include=transcripts", "invalid_parameter", "transcript, evaluations"),
        ("/sessions", "start_date=2026-03-01T00:00:00", "invalid_date", "offset"),
        ("/sessions", "end_date=2026-02-30T00:00:00Z", "invalid_date", "end_date"),
        ("/sessions", "end_date=2026-03-01T00:00:00+02:00", "invalid_date", "%2B"),
        ("/sessions", "user_ids=%FF", "invalid_query", "cannot be read"),
        ("/sessions", "&".join(f"p{n}=1" for n in range(200)), "invalid_query", "cannot be read"),
    ],
)
def test_bad_parameters(path: str, query: str, code: str, words: str, ask: Ask) -> None:
    answer = ask(path, query)
    assert (answer.status, error(answer)["type"], error(answer)["code"]) == (400, "invalid_request", code)
    assert words in error(answer)["message"]
    document.check("listSessions", 400, answer.json())


def test_unknown_parameters_can_be_ignored() -> None:
    sandbox = Sandbox(sessions=3, strict=False)
    assert sandbox.handle(request("/sessions", "nonsense=1")).status == 200
    assert sandbox.handle(request("/sessions", "page=0")).status == 400
