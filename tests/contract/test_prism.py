"""Prism accepts right requests and reports wrong ones: only then does its silence mean anything."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.cases import MOST
from tests.contract.prism import ROOT, Prism, violations
from tests.fakes import KEY
from tests.schemas import operations_of

PERIOD = {"start_date": "2026-03-01T00:00:00Z", "end_date": "2026-04-01T00:00:00+02:00"}
PEOPLE = {"user_ids": "u1a2b3c4d5e6,u7v8w9x0y1z2", "user_emails": "jane@acme.com,bob+test@acme.com"}
PAGE = {"page": "2", "page_size": "100"}

# Right requests to some operations, with many parameters.
RIGHT: dict[str, tuple[str, dict[str, str]]] = {
    "/sessions": (
        "/sessions",
        PEOPLE
        | PERIOD
        | PAGE
        | {
            "scenario_ids": "s1,s2",
            "collection_ids": "c1,c2",
            "skill_ids": "k1,k2",
            "program_ids": "p1,p2",
            "group_ids": "g1,g2",
            "rank": "gold,silver,bronze,unranked",
            "exclude_system_users": "true",
            "sorting": "-created_at",
        },
    ),
    "/sessions/{session_id}": ("/sessions/abc123def456", {"include": "transcript,evaluations"}),
    "/scenarios/assignments": (
        "/scenarios/assignments",
        PEOPLE
        | PAGE
        | {
            "scenario_ids": "s1,s2",
            "program_ids": "p1,p2",
            "status": "not_started,in_progress,completed,past_due,did_not_pass",
        },
    ),
    "/scenarios/{scenario_id}/analytics/summary": (
        "/scenarios/procurement-discovery/analytics/summary",
        PEOPLE | PERIOD | {"group_ids": "g1,g2", "exclude_system_users": "false"},
    ),
    "/scenarios/{scenario_id}/analytics/participants": (
        "/scenarios/procurement-discovery/analytics/participants",
        PEOPLE
        | PERIOD
        | PAGE
        | {"group_ids": "g1,g2", "exclude_system_users": "true", "sorting": "-lift_percentage"},
    ),
}

# The same, spoilt; and what the report has to name.
WRONG = [
    ("/sessions", {"page_size": str(MOST + 1)}, f"page_size must be <= {MOST}"),
    ("/sessions", {"page": "0"}, "page must be >= 1"),
    ("/sessions", {"rank": "gold,purple"}, "rank.1 must be equal to one of the allowed values"),
    ("/sessions", {"sorting": "rank"}, "sorting must be equal to one of the allowed values"),
    ("/sessions", {"start_date": "2026-03-01"}, 'start_date must match format "date-time"'),
    ("/sessions", {"exclude_system_users": "True"}, "exclude_system_users must be boolean"),
    ("/sessions", {"user_ids": ["u1", "u2"]}, "user_ids must be string"),
    ("/sessions/abc", {"include": ["transcript", "evaluations"]}, "include must be string"),
    ("/scenarios/assignments", {"status": "late"}, "status.0 must be equal to one of the allowed values"),
    ("/scenarios/x/analytics/summary", {"end_date": "soon"}, 'end_date must match format "date-time"'),
    ("/scenarios/x/analytics/participants", {"sorting": "nope"}, "sorting must be equal to one of"),
    ("/session", {}, "The route /session hasn't been found"),
]


@pytest.fixture
def http(prism: Prism) -> Iterator[httpx.Client]:
    """A plain client with a key, past all proxies."""
    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=prism.base_url, headers=headers, trust_env=False) as client:
        yield client


def report(response: httpx.Response) -> list[str]:
    return violations(response.headers, response.status_code, response.content)


@pytest.mark.parametrize("path", RIGHT)
def test_prism_accepts_a_right_request(http: httpx.Client, path: str) -> None:
    url, query = RIGHT[path]
    response = http.get(url, params=query)
    assert report(response) == []
    assert response.status_code == 200


def test_right_requests_use_parameters_of_every_kind(document: dict[str, Any]) -> None:
    documented = {
        path: {each["name"]: each["schema"] for each in described["parameters"] if each["in"] == "query"}
        for path, method, described in operations_of(document)
        if method == "get"
    }
    for path, (_, query) in RIGHT.items():
        unknown = query.keys() - documented.get(path, {}).keys()
        assert not unknown, f"{path} no longer has {sorted(unknown)}: remove them from RIGHT[{path!r}]"
    kinds = {documented[path][name]["type"] for path, (_, query) in RIGHT.items() for name in query}
    assert kinds == {"string", "integer", "boolean", "array"}


@pytest.mark.parametrize(("path", "query", "complaint"), WRONG)
def test_prism_reports_a_wrong_request(
    http: httpx.Client, path: str, query: dict[str, Any], complaint: str
) -> None:
    response = http.get(path, params=query)
    assert response.status_code >= 400
    assert len(report(response)) == 1
    assert complaint in report(response)[0]


def test_prism_reports_every_violation_of_a_request(http: httpx.Client) -> None:
    found = report(http.get("/sessions", params={"page": "x", "page_size": str(MOST + 1), "rank": "purple"}))
    assert [sentence.partition(":")[0] for sentence in sorted(found)] == [
        "request.query.page",
        "request.query.page_size",
        "request.query.rank.0",
    ]


def test_prism_reports_a_missing_key(http: httpx.Client) -> None:
    del http.headers["Authorization"]
    response = http.get("/sessions")
    assert response.status_code == 401
    assert report(response) == ["request: Invalid security scheme used"]


def test_prism_reports_a_wrong_method(http: httpx.Client) -> None:
    response = http.post("/sessions")
    assert response.status_code == 405
    assert len(report(response)) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"type": 1}', b'{"error": {"type": "not_found"}}'])
def test_an_ordinary_error_is_not_a_violation(body: bytes) -> None:
    assert violations({"content-type": "application/json"}, 404, body) == []


def test_a_document_that_prism_cannot_read_is_an_error_with_its_output(prism: Prism, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Prism ended at once"), Prism(tmp_path / "missing.yaml"):
        pass


def test_a_stopped_server_is_gone(prism: Prism) -> None:
    with Prism(prism.document) as server:
        url = server.base_url
        assert url != prism.base_url
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_a_server_does_not_outlive_a_killed_test_run(prism: Prism) -> None:
    program = (
        "import pathlib, sys, time; from tests.contract.prism import Prism\n"
        "with Prism(pathlib.Path(sys.argv[1])) as server: print(server.base_url, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(prism.document)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        assert httpx.get(url, trust_env=False).status_code == 404
        run.kill()
    for _ in range(100):
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("Prism is still there 5 s after the test run was killed")
