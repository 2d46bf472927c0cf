"""Run all benchmarks and print what they found, as Markdown: `python -m benchmarks`."""

from . import burst, decoding, generating, imports, memory, overhead, paging, quota
from .measure import Sample, machine, table
from .peers import stock_client


def ratio(samples: dict[str, Sample], one: str, other: str) -> str:
    """How many times the other's median one's is."""
    return f"{samples[one].median / samples[other].median:.2f}"


def main() -> None:
    """Measure, then print: first the goals, then what stands behind them."""
    with stock_client() as folder:
        decoded, spent, started = decoding.samples(), overhead.samples(), imports.samples(folder)
    generated = generating.samples()
    few, many = memory.peaks()
    collected = paging.seconds(paging.collected)
    newest = [(rows, paging.still(rows, "-created_at")) for rows in paging.STILL]
    exact = sum(requests == max(1, -(-rows // 100)) for rows, requests in newest)
    goals = [
        ("a page from bytes, json", "1.00 of pydantic v2", ratio(decoded, decoding.OURS, decoding.PYDANTIC)),
        (
            "a page from bytes, orjson",
            "0.70 of pydantic v2",
            ratio(decoded, decoding.FAST, decoding.PYDANTIC),
        ),
        ("CPU for a typed page", "1.15 of bare httpx", ratio(spent, overhead.OURS, overhead.BARE)),
        ("the same with orjson", "1.15 of bare httpx", ratio(spent, overhead.FAST, overhead.BARE)),
        ("import and first resource", "1.15 of bare httpx", ratio(started, imports.OURS, imports.BARE)),
        (
            f"{paging.PAGES} pages at {paging.LATENCY * 1000:g} ms, `collect()`",
            "1.20 of what 10 connections allow",
            f"{collected / paging.LEAST:.2f}",
        ),
        ("peak memory, process", "1.10 of 10 pages", f"{many.process / few.process:.2f}"),
        ("peak memory, Python's part", "1.10 of 10 pages", f"{many.python / few.python:.2f}"),
        ("requests for a still list, newest first", "ceil(N / 100)", f"{exact} of {len(newest)} sizes"),
        ("generating 40 operations", "2.00 of stock", ratio(generated, generating.OURS, generating.STOCK)),
    ]
    print(f"{machine()}\n\n{table(('what', 'at most', 'measured'), goals)}\n")
    print(decoding.report(decoded), overhead.report(spent), imports.report(started), sep="\n")
    print(memory.report(few, many), generating.report(generated), sep="\n")
    print(burst.report(), paging.report(), quota.report(), sep="\n")


if __name__ == "__main__":
    main()
