"""The walk by creation time where rows share an instant."""

from functools import partial

import pytest

from exec_api_client import PaginationError
from tests.walk.moving_list import Server, by_key, gone_on, harm, walked


def tied(rows: int) -> Server:
    """Rows of one instant between others that are apart."""
    server = Server(3, gaps=(5_000,))
    for _ in range(rows):
        server.insert(0)
    for _ in range(3):
        server.insert()
    server.stayed = {row.id for row in server.rows}
    return server


@pytest.mark.parametrize("descending", [True, False])
def test_more_rows_of_an_instant_than_a_page_holds_are_walked_by_number(descending: bool) -> None:
    server = tied(20)
    walk = by_key(5, descending=descending)
    answer = partial(server.answer, descending=descending)
    assert walked(walk, answer) == server.in_order(descending=descending)
    # Newest first nothing can be added to an instant that has passed; oldest first, rows follow.
    assert walk.report.exact is descending


@pytest.mark.parametrize("descending", [True, False])
def test_ties_of_the_newest_instant_are_not_shown_to_be_exact(descending: bool) -> None:
    server = Server(20, gaps=(0,))
    walk = by_key(5, descending=descending)
    answer = partial(server.answer, descending=descending)
    assert walked(walk, answer) == server.in_order(descending=descending)
    assert not walk.report.exact


def test_ties_that_move_once_are_given_once() -> None:
    server = tied(20)
    walk, moves = by_key(5), iter([4])

    def move() -> None:
        if walk.answers == 4:
            server.delete(next(moves))

    assert harm(server, walked(walk, server.answer, move)) == (0, 0)
    assert walk.report.exact


def test_ties_that_move_with_each_request_end_the_walk_loudly() -> None:
    server = tied(60)

    def move() -> None:
        server.delete(
            next(index for index, row in enumerate(server.rows) if row.made_at == server.rows[9].made_at)
        )

    with pytest.raises(PaginationError, match="answers in a row brought nothing new"):
        walked(by_key(5), server.answer, move)


def test_a_resumed_walk_forgets_nothing_because_its_pages_are_short() -> None:
    server = Server(6, gaps=(0,))
    walk = by_key(10, descending=False)
    answer = partial(server.answer, descending=False)
    given = walked(walk, answer)
    server.rows = []
    server.insert(0)
    resumed = gone_on(walk.mark(6), 10, descending=False)
    given += walked(resumed, answer)
    mark = resumed.mark(1)
    assert mark["at"] is not None
    assert set(mark["ids"]) == {row.id for row in given}
