"""The same work in several threads."""

import threading
from collections.abc import Callable


def in_threads(number: int, work: Callable[[], object]) -> None:
    """Run it in so many threads at once; none of them may fail, nor take longer than half a minute."""
    failures: list[BaseException] = []

    def try_it() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=try_it) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert not any(thread.is_alive() for thread in threads)
