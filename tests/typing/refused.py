"""What the types refuse: checked, never run.

Each line with a comment is an error, for mypy and for pyright: both obey the comment, and both report
one that hides nothing. The code in it is mypy's.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from datetime import date
from typing import Any

from exec_api_client import AsyncExecClient, models
from exec_api_client.models import Rank, SessionDetail, SessionListItem, User
from exec_api_client.sync import ExecClient


async def arguments(client: AsyncExecClient, ranks: list[str], day: date, anything: Any) -> None:
    sessions, scenarios = client.sessions, client.scenarios
    participants = scenarios.get_analytics_participants
    sessions.list(rank=["no-such-rank"])  # type: ignore[list-item]
    sessions.list(rank="gold")  # type: ignore[arg-type]
    sessions.list(rank=ranks)  # type: ignore[arg-type]
    sessions.list(sorting="rank")  # type: ignore[arg-type]
    sessions.list(ranks=["gold"])  # type: ignore[call-arg]
    sessions.list(anything)  # type: ignore[call-arg]
    sessions.list(page="2")  # type: ignore[arg-type]
    sessions.list(user_ids=[5])  # type: ignore[list-item]
    sessions.list(user_ids=iter("ab"))  # type: ignore[arg-type]
    sessions.list(start_date=day)  # type: ignore[arg-type]
    sessions.list(exclude_system_users="y")  # type: ignore[arg-type]
    sessions.list(timeout="5")  # type: ignore[arg-type]
    scenarios.list_assignments(status=["x"])  # type: ignore[list-item]
    participants()  # type: ignore[call-arg]
    participants("x", sorting="x")  # type: ignore[arg-type]
    await sessions.get()  # type: ignore[call-arg]
    await sessions.get(None)  # type: ignore[arg-type]
    await sessions.get("x", include=["x"])  # type: ignore[list-item]
    await sessions.list().collect(500)  # type: ignore[call-arg]
    print(sessions.find)  # type: ignore[attr-defined]
    print(client.no_such_tag)  # type: ignore[attr-defined]
    await client.with_response(sessions.get, 5)  # type: ignore[arg-type]
    await client.with_response(sessions.list, rank="gold")  # type: ignore[arg-type]
    client.with_options(api_key="other")  # type: ignore[call-arg]


async def results(client: AsyncExecClient, session: SessionListItem, detail: SessionDetail) -> None:
    sessions = client.sessions
    print(session.score + 1)  # type: ignore[operator]
    print(session.email)  # type: ignore[attr-defined]
    print(models.Session)  # type: ignore[attr-defined]
    print(session.transcript)  # type: ignore[attr-defined]
    print(len(detail.transcript))  # type: ignore[arg-type]
    print(*sessions.list())  # type: ignore[misc]
    print(*await sessions.get("x"))  # type: ignore[misc]
    print(sessions.list().total_count)  # type: ignore[attr-defined]
    print(sessions.list()[0])  # type: ignore[index]
    print(len(sessions.list()))  # type: ignore[arg-type]
    list(sessions.list())  # type: ignore[call-overload]
    for _ in sessions.list():  # type: ignore[attr-defined]
        pass
    for _ in sessions.list().items():  # type: ignore[attr-defined]
        pass
    async for _ in await sessions.list():  # type: ignore[attr-defined]
        pass
    async for _ in sessions.list().prefetch():  # type: ignore[attr-defined]
        pass
    async with sessions.list():  # type: ignore[attr-defined]
        pass
    print(sessions.get("x").id)  # type: ignore[attr-defined]
    wanted: Rank = "no-such-rank"  # type: ignore[assignment]
    print(wanted)
    User(id="u")  # type: ignore[call-arg]


def settings() -> None:
    AsyncExecClient(5)  # type: ignore[arg-type]
    AsyncExecClient("k", "https://api.exec.com")  # type: ignore[call-arg]
    AsyncExecClient("k", timeout=None)  # type: ignore[arg-type]
    AsyncExecClient("k", retries=3)  # type: ignore[call-arg]
    with AsyncExecClient("k"):  # type: ignore[attr-defined]
        pass


def synchronous(client: ExecClient) -> None:
    ExecClient(timeout="long")  # type: ignore[arg-type]
    ExecClient(colour="red")  # type: ignore[call-arg]
    client.sessions.list(rank=["no-such-rank"])  # type: ignore[list-item]
    client.sessions.get()  # type: ignore[call-arg]
    client.with_response(client.sessions.get)  # type: ignore[call-arg]
    print(client.sessions.list().total_count)  # type: ignore[attr-defined]
    print(client.sessions.list()[0])  # type: ignore[index]


async def never_mixed(client: ExecClient) -> None:
    await client.sessions.get("x")  # type: ignore[misc]
