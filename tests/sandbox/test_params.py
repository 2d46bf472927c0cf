"""Parameters that cannot be used are a 400 that says why."""

import pytest

from exec_api_client.sandbox import Sandbox

from . import document
from .conftest import LISTS, SLUG, Ask, error, request


@pytest.mark.parametrize("operation_id", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        *(f"page={value}" for value in ("0", "-1", "1.5", "", "one", "%2B1", "%D9%A1", "9" * 5000)),
        *(f"page_size={value}" for value in ("0", "-1", "1e2", "", "%20")),
    ],
)
def test_pagination_has_bounds(operation_id: str, query: str, ask: Ask) -> None:
    refuses(operation_id, query, ask)


@pytest.mark.parametrize("operation_id", LISTS)
def test_pages_are_as_large_as_the_document_says(operation_id: str, ask: Ask) -> None:
    most = document.largest_page(operation_id)
    assert ask(LISTS[operation_id], f"page_size={most}").status == 200
    refuses(operation_id, f"page_size={most + 1}", ask)


def refuses(operation_id: str, query: str, ask: Ask) -> None:
    answer = ask(LISTS[operation_id], query)
    published = document.example("listSessions", 400)["error"]
    assert answer.status == 400
    assert error(answer) | {"message": ""} == published | {"message": ""}
    assert error(answer)["message"].startswith(f"{published['message']}: {query.partition('=')[0]} must be")
    document.check("listSessions", 400, answer.json())


@pytest.mark.parametrize(
    ("path", "query", "code", "words"),
    [
        ("/sessions", "rank=gold&rank=silver", "repeated_parameter", "rank is given more than once"),
        (
            "/scenarios/assignments",
            "status=completed&status=past_due",
            "repeated_parameter",
            "comma-separated",
        ),
        ("/sessions", "page=1&page=2", "repeated_parameter", "page"),
        ("/sessions", "rank=not-a-rank,gold,tin", "invalid_parameter", "'not-a-rank, tin'"),
        ("/sessions", "rank=Gold", "invalid_parameter", "gold, silver, bronze, unranked"),
        ("/sessions", "rank=", "invalid_parameter", "empty"),
        ("/sessions", "user_ids=u1,,u2", "invalid_parameter", "user_ids has an empty value"),
        ("/scenarios/assignments", "status=done", "invalid_parameter", "did_not_pass"),
        ("/sessions", "sorting=%2Bscore", "invalid_parameter", "-created_at"),
        (f"/scenarios/{SLUG}/analytics/participants", "sorting=score", "invalid_parameter", "-best_score"),
        ("/sessions", "exclude_system_users=True", "invalid_parameter", "true, false"),
        ("/sessions/x", "include=transcripts", "invalid_parameter", "transcript, evaluations"),
        ("/sessions", "start_date=2026-03-01T00:00:00", "invalid_date", "offset"),
        ("/sessions", "start_date=2026-03-01", "invalid_date", "start_date"),
        ("/sessions", "end_date=2026-02-30T00:00:00Z", "invalid_date", "end_date"),
        ("/sessions", "end_date=2026-03-01T00:00:00+02:00", "invalid_date", "%2B"),
        ("/sessions", "end_date=yesterday", "invalid_date", "yesterday"),
        ("/sessions", "user_ids=%FF", "invalid_query", "cannot be read"),
        ("/sessions", "&".join(f"p{n}=1" for n in range(200)), "invalid_query", "cannot be read"),
    ],
)
def test_bad_parameters(path: str, query: str, code: str, words: str, ask: Ask) -> None:
    answer = ask(path, query)
    assert (answer.status, error(answer)["type"], error(answer)["code"]) == (400, "invalid_request", code)
    assert words in error(answer)["message"]
    document.check("listSessions", 400, answer.json())


def test_leniency_is_an_option() -> None:
    sandbox = Sandbox(sessions=3, strict=False)
    assert sandbox.handle(request("/sessions", "nonsense=1")).status == 200
    assert sandbox.handle(request("/sessions", "page=0")).status == 400
