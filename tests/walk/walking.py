"""A walk over a list that changes at random between any two requests."""

import json
import math
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from exec_api_client import Page, PaginationError
from exec_api_client.pagination.walk import Walk
from tests.walk.moving_list import Asked, Row, Server

THOROUGH = settings(max_examples=150, stateful_step_count=30, deadline=None)


class Walking(RuleBasedStateMachine):
    """A list, a walk over it, and answers to requests that were made ahead."""

    walk: Walk[Row]

    def __init__(self) -> None:
        super().__init__()
        self.server = Server()
        self.size = 1
        self.cap: int | None = None
        self.limit: int | None = None
        self.descending = True
        self.given: list[Row] = []
        # How many of the given ones came with the last answer.
        self.fresh = 0
        self.ahead: list[tuple[Asked, Page[Row]]] = []
        self.asked = self.failed = False
        self.changed = 0

    def begin(
        self,
        rows: int,
        gaps: tuple[tuple[int, ...], int],
        seed: int,
        size: int,
        cap: int | None,
        limit: int | None,
    ) -> None:
        self.server = Server(rows, gaps=gaps[0], unit=gaps[1], seed=seed)
        self.size, self.cap, self.limit = size, cap, limit

    # --- what happens to the list

    @rule()
    def insert(self) -> None:
        self.server.insert()
        self.moved(1)

    @rule()
    def insert_at_the_same_time(self) -> None:
        self.server.insert(0)
        self.moved(1)

    @precondition(lambda self: self.server.rows)
    @rule(where=st.integers(0, 999))
    def delete(self, where: int) -> None:
        self.server.delete(where % len(self.server.rows))
        self.moved(-1)

    @rule(back=st.integers(1, 3))
    def delete_what_was_given_last(self, back: int) -> None:
        for row in self.given[-back:][:1]:
            self.delete_row(row)

    @precondition(lambda self: self.given)
    @rule()
    def delete_what_was_given_first(self) -> None:
        self.delete_row(self.given[0])

    def delete_row(self, row: Row) -> None:
        if row in self.server.rows:
            self.server.delete(self.server.rows.index(row))
            self.moved(-1)

    def moved(self, rows: int) -> None:
        """The list has so many rows more."""
        self.changed += 1
        if not self.asked:
            self.server.stayed = {row.id for row in self.server.rows}

    # --- what the walk does

    @precondition(lambda self: self.walk.ask() is not None and not self.failed)
    @rule(most=st.integers(1, 4))
    def request_ahead(self, most: int) -> None:
        for asked in self.walk.ahead(most):
            if all(other != asked for other, _ in self.ahead):
                self.ahead.append((asked, self.answer(asked)))

    @precondition(lambda self: self.walk.ask() is not None and not self.failed)
    @rule()
    def step(self) -> None:
        asked = self.walk.ask()
        assert asked is not None
        wanted = self.walk.ahead(4)
        assert wanted[0] == asked
        if self.limit is not None:
            assert len(wanted) <= max(1, math.ceil((self.limit - self.walk.report.seen) / self.size))
        self.ahead = [(other, page) for other, page in self.ahead if other in wanted]
        page = next((page for other, page in self.ahead if other == asked), None)
        self.ahead = [(other, page) for other, page in self.ahead if other != asked]
        try:
            self.take(asked, page or self.answer(asked))
        except PaginationError:
            self.failed = True
            self.fails()

    def take(self, asked: Asked, page: Page[Row]) -> None:
        fresh = self.walk.take(asked, page)
        self.given += fresh
        self.fresh = len(fresh)

    def answer(self, asked: Asked) -> Page[Row]:
        self.asked = True
        size = min(asked["page_size"], self.cap or asked["page_size"])
        return self.server.answer({**asked, "page_size": size}, descending=self.descending)

    @precondition(lambda self: self.walk.answers and not self.failed)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        kept = data.draw(st.integers(0, self.fresh), "kept")
        mark = json.loads(json.dumps(self.walk.mark(kept)))
        self.given = self.given[: len(self.given) - self.fresh + kept]
        self.fresh, self.ahead = 0, []
        self.resumed(mark)

    def teardown(self) -> None:
        if not hasattr(self, "walk"):
            return
        least = self.walk.answers + len(self.server.rows) + 20
        while self.walk.ask() is not None and not self.failed:
            self.step()
            assert self.walk.answers <= least + len(self.server.rows), "it does not end"
        if not self.failed:
            self.ends()

    def resumed(self, mark: dict[str, Any]) -> None:
        raise NotImplementedError

    def fails(self) -> None:
        raise NotImplementedError

    def ends(self) -> None:
        raise NotImplementedError
