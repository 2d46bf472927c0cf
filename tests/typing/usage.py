"""What a user would write, and the types that the user would expect: checked, never run.

`typing.assert_type` wants the very type, so `Any` anywhere here is an error.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal, assert_type

import httpx
import httpx2

from exec_api_client import (
    UNSET,
    APIConnectionError,
    APIError,
    APIStatusError,
    AsyncExecClient,
    AsyncPager,
    Attempt,
    NotFoundError,
    Page,
    RateLimit,
    RateLimitError,
    Response,
    ResponseDecodeError,
    RetryPolicy,
    Unset,
)
from exec_api_client.models import (
    Assignment,
    AssignmentProgram,
    AssignmentStatus,
    EvaluationCriterion,
    FeedbackExample,
    Grade,
    Rank,
    ScenarioAnalyticsSummary,
    ScenarioParticipantEntry,
    ScenarioRef,
    ScenarioScoreDistributionItem,
    SessionDetail,
    SessionListItem,
    TranscriptLine,
    User,
)


async def the_tour(session_id: str) -> None:
    async with AsyncExecClient() as client:
        assert_type(client, AsyncExecClient)
        async for session in client.sessions.list(rank=["gold", "silver"], start_date="2026-03-01T00:00:00Z"):
            assert_type(session, SessionListItem)
            print(session.user.email, session.score)

        page = await client.sessions.list(page_size=10)
        assert_type(page, Page[SessionListItem])
        recent = await client.sessions.list().collect(limit=500)
        assert_type(recent, list[SessionListItem])
        detail = await client.sessions.get(session_id, include=["transcript", "evaluations"])
        assert_type(detail, SessionDetail)
        summary = await client.scenarios.get_analytics_summary("procurement-discovery")
        assert_type(summary, ScenarioAnalyticsSummary)
        table = client.scenarios.get_analytics_participants(
            "procurement-discovery", sorting="-lift_percentage"
        )
        assert_type(table, AsyncPager[ScenarioParticipantEntry])
        late = client.scenarios.list_assignments(status=["past_due"])
        assert_type(late, AsyncPager[Assignment])


async def pages(client: AsyncExecClient) -> None:
    pager = client.sessions.list()
    assert_type(pager, AsyncPager[SessionListItem])
    async for page in pager.pages():
        assert_type(page, Page[SessionListItem])
    page = await pager
    for session in page:
        assert_type(session, SessionListItem)
    assert_type(page.items, list[SessionListItem])
    assert_type(page[0], SessionListItem)
    assert_type(len(page), int)
    assert_type(page.page, int)
    assert_type(page.page_size, int)
    assert_type(page.total_count, int | None)
    assert_type(page.total_pages, int | None)
    assert_type(
        [entry.best_score async for entry in client.scenarios.get_analytics_participants("x")],
        list[float | None],
    )
    assert_type(await pager.collect(), list[SessionListItem])
    assert_type(await pager.first(), SessionListItem | None)
    assert_type(await pager.count(), int)
    assert_type([session async for session in pager.items(strict=True)], list[SessionListItem])
    async with pager.prefetch(4) as sessions:
        async for session in sessions:
            assert_type(session, SessionListItem)
    assert_type(pager.report.requests, int)
    assert_type(pager.resume(pager.bookmark), AsyncPager[SessionListItem])


def a_session(session: SessionListItem) -> None:
    assert_type(session.id, str)
    assert_type(session.user, User)
    assert_type(session.user.email, str)
    assert_type(session.scenario, ScenarioRef)
    assert_type(session.scenario.slug, str)
    assert_type(session.score, float | None)
    assert_type(session.rank, Rank | None)
    if session.rank == "gold":
        assert_type(session.rank, Literal["gold"])
    assert_type(session.duration_seconds, float | None)
    assert_type(session.is_valid_attempt, bool)
    assert_type(session.created_at, datetime)
    assert_type(session.created_at.isoformat(), str)


def a_detail(detail: SessionDetail) -> None:
    assert_type(detail.transcript, list[TranscriptLine] | None | Unset)
    assert_type(detail.evaluations, list[EvaluationCriterion] | None | Unset)
    assert_type(detail.positive_feedback, str | None)
    if detail.transcript is UNSET:
        print("not asked for")
    elif detail.transcript is None:
        print("none")
    else:
        assert_type(detail.transcript, list[TranscriptLine])
    for line in detail.transcript or []:
        assert_type(line.speaker, str | None)
        assert_type(line.text, str)
        assert_type(line.seconds_from_start, float | None)
    if detail.evaluations:
        for criterion in detail.evaluations:
            for item in criterion.items:
                assert_type(item.grade, Grade | None)
                assert_type(item.feedback_examples, list[FeedbackExample])


def the_others(
    assignment: Assignment, entry: ScenarioParticipantEntry, summary: ScenarioAnalyticsSummary
) -> None:
    assert_type(assignment.status, AssignmentStatus)
    assert_type(assignment.due_date, datetime | None)
    assert_type(assignment.program, AssignmentProgram | None)
    assert_type(assignment.attempt_count, int)
    assert_type(entry.first_rank, Rank | None)
    assert_type(entry.total_duration_seconds, float)
    assert_type(summary.average_best_rank, Rank)
    assert_type(summary.score_distribution, list[ScenarioScoreDistributionItem])
    assert_type(summary.score_distribution[0].percentage, float)


def models_as_values(session: SessionListItem) -> None:
    again = SessionListItem.from_dict(session.to_dict())
    assert_type(again, SessionListItem)
    assert_type(User(id="u", email="a@b.c", first_name="A", last_name="B"), User)
    print(session.additional_properties.get("added_later"), again == session)


def every_form_of_argument(client: AsyncExecClient, ranks: Sequence[Rank], wanted: Rank) -> None:
    client.sessions.list(
        user_ids=("u1", "u2"),
        user_emails=["jane@acme.com"],
        rank=ranks,
        start_date=datetime(2026, 3, 1, tzinfo=UTC),
        end_date="2026-04-01T00:00:00+02:00",
        exclude_system_users=True,
        sorting="-created_at",
        page=2,
        page_size=100,
        timeout=5,
    )
    client.sessions.list(rank=[wanted], user_ids=None, sorting=None)
    client.scenarios.list_assignments(status=("completed", "did_not_pass"))


async def settings(http: httpx.AsyncClient, transport: httpx.AsyncBaseTransport) -> None:
    client = AsyncExecClient(
        "exec_live_x",
        base_url="https://api.exec.com/rest/v1",
        timeout=10,
        deadline=60.0,
        retry=RetryPolicy(max_retries=5, max_wait=30),
        max_connections=4,
        transport=transport,
    )
    patient = client.with_options(timeout=60, deadline=None, retry=RetryPolicy(max_retries=0))
    assert_type(client.with_options(rate_limit=RateLimit(10)), AsyncExecClient)
    assert_type(patient, AsyncExecClient)
    assert_type(client.base_url, str)
    assert_type(client.closed, bool)
    await patient.aclose()
    AsyncExecClient(api_key=None, http_client=http)


async def failures(client: AsyncExecClient) -> None:
    try:
        await client.sessions.get("x")
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
    except APIStatusError as error:
        assert_type(error.status_code, int)
        assert_type(error.type, str | None)
        assert_type(error.code, str | None)
        assert_type(error.message, str)
        assert_type(error.headers, dict[str, str])
    except ResponseDecodeError as error:
        assert_type(error.snippet, str)
        assert_type(error.field, str)
    except APIConnectionError as error:
        assert_type(error.sent, bool)
    except APIError as error:
        assert_type(error.method, str)
        assert_type(error.path, str)
        assert_type(error.attempts, tuple[Attempt, ...])


async def what_the_document_does_not_have(client: AsyncExecClient) -> None:
    reply = await client.request("POST", "/jobs", json={"prompt": "p"}, params={"a": [1, 2]}, timeout=5)
    assert_type(reply, Response)
    assert_type(reply.status_code, int)
    assert_type(reply.content, bytes)
    assert_type(reply.request_id, str | None)
    members = client.paginate("/workspace/members", params={"role": "admin"})
    assert_type(members, AsyncPager[dict[str, Any]])
    assert_type(await members.collect(), list[dict[str, Any]])


async def results_with_responses(client: AsyncExecClient, session_id: str) -> None:
    detail, reply = await client.with_response(client.sessions.get, session_id, include=["transcript"])
    assert_type(detail, SessionDetail)
    assert_type(reply, Response)
    page, _ = await client.with_response(client.sessions.list, rank=["gold"])
    assert_type(page, Page[SessionListItem])


async def options(client: AsyncExecClient) -> None:
    other = client.with_options(headers={"x-trace": "t"}, params={"beta": 1})
    assert_type(other, AsyncExecClient)
    AsyncExecClient(api_key=lambda: "exec_live_x", headers={"x-team": "sales"}, app="report/2")


def made_by_hand() -> None:
    assert_type(NotFoundError("x").status_code, int)
    assert_type(RateLimitError("x", retry_after=3).retry_after, float | None)
    assert_type(NotFoundError("x").request_id, str | None)


class Reports(AsyncExecClient):
    """A client of one's own."""


def a_subclass_stays_itself(reports: Reports) -> None:
    assert_type(reports.with_options(timeout=5), Reports)


def clients_of_either_library() -> list[AsyncExecClient]:
    return [
        AsyncExecClient(http_client=httpx.AsyncClient()),
        AsyncExecClient(http_client=httpx2.AsyncClient()),
        AsyncExecClient(transport=httpx.MockTransport(lambda _: httpx.Response(200))),
        AsyncExecClient(transport=httpx2.AsyncHTTPTransport()),
    ]
