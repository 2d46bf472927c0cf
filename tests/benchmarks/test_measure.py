"""What is timed is not tested here, only that it is timed side by side and told rightly."""

import httpx
import pytest

from benchmarks import decoding, generating, imports, memory, overhead
from benchmarks.__main__ import ratio
from benchmarks.measure import Sample, against, machine, paired
from benchmarks.peers import MsgspecPage, PydanticPage, page_of_sessions, stock_client, stock_page
from benchmarks.served import served
from generator.checkout import Checkout
from generator.document.openapi import Document
from generator.document.yaml import load_file


def test_the_subjects_take_turns_and_the_first_round_does_not_count() -> None:
    calls = list[str]()

    def subject(name: str, *taken: float) -> float:
        calls.append(name)
        return taken[(len(calls) - 1) // 2]

    found = paired({"a": lambda: subject("a", 9, 1, 2, 6), "b": lambda: subject("b", 9, 4, 4, 4)}, 3)
    assert found == {"a": Sample(2, 1, 6), "b": Sample(4, 4, 4)}
    assert calls == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert ratio(found, "a", "b") == "0.50"


def test_a_table_tells_median_spread_and_ratio() -> None:
    text = against({"a": Sample(2, 1, 6), "b": Sample(4, 4, 4)}, "b", scale=1000, unit="ms")
    assert text.splitlines() == [
        "| what | median, ms | spread | ratio to b |",
        "| --- | ---: | ---: | ---: |",
        "| a | 2,000.00 | 1,000.00–6,000.00 | 0.50 |",
        "| b | 4,000.00 | 4,000.00–4,000.00 | 1.00 |",
    ]
    assert "cores" in machine()


def test_all_peers_read_the_same_page() -> None:
    content = page_of_sessions(7)
    with stock_client():
        counts = {
            len(PydanticPage.model_validate_json(content).data),
            len(decoding.msgspec.json.decode(content, type=MsgspecPage).data),
            len(stock_page().from_dict(decoding.json.loads(content)).data),
        }
    assert counts == {7}


@pytest.mark.parametrize("rows", [None, 250])
async def test_the_server_answers_and_ends_with_its_user(rows: int | None) -> None:
    with served(rows) as base_url:
        async with httpx.AsyncClient() as client:
            for page, there in ((1, 100), (3, 50)):
                answer = await client.get(f"{base_url}/sessions", params={"page": page, "page_size": 100})
                assert len(answer.json()["data"]) == (there if rows else 100)
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(base_url)


def test_each_subject_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (decoding, overhead, imports, generating):
        monkeypatch.setattr(module, "ROUNDS", 1)
    monkeypatch.setattr(decoding, "PAGES", 1)
    monkeypatch.setattr(overhead, "PAGES", 1)
    monkeypatch.setattr(generating, "OPERATIONS", 1)
    with stock_client() as folder:
        reports = [
            decoding.report(decoding.samples()),
            overhead.report(overhead.samples()),
            imports.report(imports.samples(folder)),
        ]
    for report in (*reports, generating.report(generating.samples())):
        assert report.count("\n| ") >= 4


def test_the_memory_of_a_walk_is_told_by_a_process_of_its_own() -> None:
    with served(200) as base_url:
        peak = memory.peak(base_url, 2)
    assert 500 < peak.python < peak.process
    assert "| the whole process | 100 | 110 | 1.10 |" in memory.report(
        memory.Peak(1, 100), memory.Peak(1, 110)
    )


def test_the_document_is_grown_to_some_40_operations_with_names_of_their_own() -> None:
    grown = generating.grown()
    found = Document(grown).operations
    published = len(found) // round(len(found) / generating.count(load_file(Checkout().document)))
    assert abs(len(found) - generating.OPERATIONS) <= published / 2 or len(found) == published
    assert len({(operation.path, operation.method) for operation in found}) == len(found)
    assert len({operation.id for operation in found}) == len(found)
