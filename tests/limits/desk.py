"""A limit without a client, and a clock that stands still until it is told otherwise."""

from typing import Any

from exec_api_client import RateLimit
from exec_api_client.limits import Usage
from tests.virtual_time import EPOCH

# One window and the thousandth that two clocks may differ by.
WINDOW = 60 * 1.001


class Desk:
    """A limit, and a clock that stands still until it is told otherwise."""

    def __init__(self, requests: int = 3, per: float = 60.0, **settings: Any) -> None:
        self.limit = RateLimit(requests, per, **settings)
        self.clock = 500.0

    @property
    def now(self) -> float:
        return EPOCH + self.clock

    def ask(self, ticket: int, pause: float = 0.0) -> float:
        return self.limit.ask(ticket, self.clock, self.now, pause)

    def queue(self) -> int:
        """Somebody comes who has to wait."""
        ticket = self.limit.ticket()
        assert self.ask(ticket) > 0
        return ticket

    def wait(self, until: float, *tickets: int) -> None:
        """Time passes, in which those who wait ask again now and then, as they do."""
        while self.clock + 5 < until:
            self.clock += 5
            for ticket in tickets:
                assert self.ask(ticket) > 0
        self.clock = until

    def send(self) -> int:
        """Somebody comes who has not."""
        ticket = self.limit.ticket()
        assert self.ask(ticket) == 0
        return ticket

    def answer(self, *tickets: int) -> None:
        for ticket in tickets:
            self.limit.answered(ticket, self.clock, self.now)

    def fill(self) -> None:
        """All slots are used and answered at once."""
        self.answer(*[self.send() for _ in range(self.limit.requests)])

    @property
    def usage(self) -> Usage:
        return self.limit.usage(self.clock, self.now)
