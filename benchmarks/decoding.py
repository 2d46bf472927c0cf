"""From the bytes of a page of 100 sessions to models, and what of that is the JSON alone.

Tried for the part after the JSON, least of 40 rounds, in microseconds a page, on Python 3.11 (when pydantic
took some 200 and json.loads some 145 in all): calling the attrs classes, as before, 90; the same with the
arguments in order 77; setting the fields one by one, as now, 67. Of these, from_dict bound to a name once
saves 9; reading nested objects without asking whether they are objects would save 2 more, and dates without
a call of parse_datetime 1 to 3: not worth a second way of reading. The least that 300 objects with 15 fields
took in one flat loop, nothing tolerated and nothing kept, was 45 to 55.
"""

import json
from collections.abc import Callable
from time import perf_counter

import msgspec
import orjson

from exec_api_client.generated.api.sessions.list_sessions import OPERATION
from exec_api_client.pagination.page import read_page

from .measure import Sample, against, paired
from .peers import MsgspecPage, PydanticPage, page_of_sessions, stock_page

ROUNDS = 21
PAGES = 40

OURS = "exec-api-client, json"
FAST = "exec-api-client, orjson"
PYDANTIC = "pydantic v2, from bytes"
STOCK = "stock client, json"


def samples() -> dict[str, Sample]:
    """Seconds for a page; the stock client has to be importable."""
    content = page_of_sessions()
    stock = stock_page()

    def ours(loads: Callable[[bytes], object]) -> object:
        return read_page(OPERATION, loads(content), 1, 100)

    readers: dict[str, Callable[[], object]] = {
        OURS: lambda: ours(json.loads),
        FAST: lambda: ours(orjson.loads),
        PYDANTIC: lambda: PydanticPage.model_validate_json(content),
        "msgspec, from bytes": lambda: msgspec.json.decode(content, type=MsgspecPage),
        STOCK: lambda: stock.from_dict(json.loads(content)),
        "json.loads alone": lambda: json.loads(content),
        "orjson.loads alone": lambda: orjson.loads(content),
    }
    return paired({name: _timed(read) for name, read in readers.items()}, ROUNDS)


def _timed(read: Callable[[], object]) -> Callable[[], float]:
    def measure() -> float:
        start = perf_counter()
        for _ in range(PAGES):
            read()
        return (perf_counter() - start) / PAGES

    return measure


def report(found: dict[str, Sample]) -> str:
    """The table of the decoders."""
    return f"""## A page of 100 sessions, from bytes to models

{against(found, PYDANTIC, scale=1e6, unit="µs")}
"""
