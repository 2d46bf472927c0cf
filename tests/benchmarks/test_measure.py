"""The rules of the measurements. `make bench` runs the measurements themselves."""

from benchmarks import generating
from benchmarks.__main__ import ratio
from benchmarks.measure import Sample, against, paired
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


def test_the_document_is_grown_to_some_40_operations_with_names_of_their_own() -> None:
    grown = generating.grown()
    found = Document(grown).operations
    published = len(found) // round(len(found) / generating.count(load_file(Checkout().document)))
    assert abs(len(found) - generating.OPERATIONS) <= published / 2 or len(found) == published
    assert len({(operation.path, operation.method) for operation in found}) == len(found)
    assert len({operation.id for operation in found}) == len(found)
