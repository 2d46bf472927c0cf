"""The day: counted, and enforced only up to a ceiling."""

import asyncio

import httpx
import pytest

from exec_api_client import AsyncExecClient, DailyLimitError, RateLimit
from exec_api_client.limits.rate_limit import DAY, Usage
from tests.fakes import KEY
from tests.limits.desk import Desk
from tests.virtual_time import EPOCH, gather, seams, virtual


def test_the_day_is_counted_and_not_enforced() -> None:
    desk = Desk(1000, per_day=2)
    desk.answer(desk.send())
    desk.clock += 3600
    desk.answer(desk.send(), desk.send())
    assert desk.usage.day == 3
    assert desk.usage.per_day == 2
    desk.clock += DAY - 3600
    assert desk.usage.day == 2
    desk.clock += 3600
    assert desk.usage == Usage(0, 0, 1000, 2)


def test_nothing_is_sent_over_the_ceiling_of_the_day() -> None:
    desk = Desk(100, day_ceiling=3)
    desk.answer(desk.send())
    desk.clock += 100
    under_way = [desk.send(), desk.send()]
    assert desk.limit.day_is_over(desk.now) == DAY - 100
    ticket = desk.limit.ticket()
    assert desk.ask(ticket) == DAY - 100
    desk.limit.never_left(under_way[0])
    assert desk.limit.day_is_over(desk.now) == 0
    assert desk.ask(ticket) == 0
    desk.clock += DAY - 100
    assert desk.limit.day_is_over(desk.now) == 0


def test_a_ceiling_is_over_for_a_day_while_all_is_under_way() -> None:
    desk = Desk(100, day_ceiling=1)
    desk.send()
    assert desk.limit.day_is_over(desk.now) == DAY
    assert Desk(day_ceiling=0).limit.day_is_over(EPOCH) == DAY
    assert Desk().limit.day_is_over(EPOCH) == 0


@pytest.mark.parametrize("requests", [60, 2])
def test_calls_at_once_do_not_get_over_the_ceiling_together(requests: int) -> None:
    sent = list[str]()

    async def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        await asyncio.sleep(0.1)
        return httpx.Response(200, json={"id": "x"})

    @virtual
    async def main() -> None:
        limit = RateLimit(requests, day_ceiling=5)
        transport = httpx.MockTransport(answer)
        async with AsyncExecClient(KEY, rate_limit=limit, transport=transport, _seams=seams()) as client:
            results = await gather(*(client.sessions.get("x") for _ in range(30)))
            refused = [result for result in results if isinstance(result, DailyLimitError)]
            assert len(refused) == 25
            assert "not sent: the ceiling of 5 a day is reached; again in 86" in str(refused[-1])
            assert refused[-1].retry_after == pytest.approx(DAY, abs=130)
            assert refused[-1].attempts == ()
            assert client.usage == Usage(client.usage.minute, 5, requests, 1000)

    main()
    assert len(sent) == 5
