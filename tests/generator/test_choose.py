from __future__ import annotations

from typing import Any

import pytest

from generator import yaml12
from generator.choose import Choice, choose
from generator.index import FetchError
from generator.merge import OUTPUT, PAGES, merge, read_sources
from generator.sources import Found, Text

from .publisher import address

PUBLISHED = read_sources(PAGES)


def document(*paths: str, **fields: Any) -> dict[str, Any]:
    operations = {
        path: {"get": {"summary": path, "responses": {"200": {"description": "OK"}}}} for path in paths
    }
    return {"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": operations, **fields}


def page(path: str, **fields: Any) -> bytes:
    return f"# A\n\n````yaml /openapi.yaml get {path}\n{yaml12.dump(document(path, **fields))}````\n".encode()


def found(
    pages: dict[str, bytes] | None = None,
    documents: dict[str, dict[str, Any]] | None = None,
    alone: dict[str, bytes] | None = None,
) -> Found:
    return Found(
        [
            *(Text(f"https://a.test{path}", path, source) for path, source in (pages or {}).items()),
            *(
                Text(f"https://b.test{path}", path, source, alone=True)
                for path, source in (alone or {}).items()
            ),
        ],
        [Text(name, f"/{name}", yaml12.dump(whole).encode()) for name, whole in (documents or {}).items()],
    )


def problems(what: Found, present: dict[str, bytes] | None = None) -> list[str]:
    with pytest.raises(FetchError) as caught:
        choose(what, present or {})
    return list(caught.value.problems)


# --- pages


def test_pages_are_taken_as_they_are_and_others_left() -> None:
    what = found({"/a.md": page("/a"), "/guide.md": b"# A guide", "/x/b.md": page("/b")})
    assert choose(what, {"gone.md": page("/gone")}) == Choice(
        {"a.md": page("/a"), "x/b.md": page("/b")}, [("https://a.test/guide.md", "no OpenAPI block")]
    )


@pytest.mark.parametrize("folder", ["/api-reference/", "/", "/docs/api-reference/", "/elsewhere/flat-"])
def test_the_published_pages_come_out_as_they_are_wherever_they_stand(folder: str) -> None:
    what = found({f"{folder}{name}": source for name, source in PUBLISHED.items()})
    assert choose(what, PUBLISHED).pages == PUBLISHED


def test_the_published_pages_are_called_so_from_the_first_time() -> None:
    what = found({address(name, source): source for name, source in PUBLISHED.items()})
    assert choose(what, {}).pages == PUBLISHED


def test_a_page_that_lost_its_block_takes_no_operation_away() -> None:
    present = {"a.md": page("/a"), "x/b.md": page("/b")}
    what = found({"/ref/a.md": page("/a"), "/ref/x/b.md": b"# B"})
    assert problems(what, present) == [
        "https://a.test/ref/x/b.md: has lost its OpenAPI block, and with it get /b; fetch again later, "
        "or ask the publisher; if the operation is gone, remove x/b.md from generator/pages and fetch again"
    ]
    del present["x/b.md"]
    assert choose(what, present).pages == present


def test_a_page_may_lose_its_block_to_another() -> None:
    what = found({"/b.md": b"# B", "/new.md": page("/b")})
    assert choose(what, {"b.md": page("/b")}).pages == {"b.md": page("/b")}


def test_a_page_that_moved_keeps_its_file_unless_another_is_there() -> None:
    present = {"old.md": page("/a"), "b.md": page("/b")}
    assert choose(found({"/new.md": page("/a"), "/b.md": page("/b")}), present).pages == present
    assert choose(found({"/new.md": page("/a"), "/old.md": page("/c")}), present).pages == {
        "new.md": page("/a"),
        "old.md": page("/c"),
    }
    swapped = {"old.md": page("/b"), "b.md": page("/a")}
    assert choose(found({f"/{name}": source for name, source in swapped.items()}), present).pages == swapped


def test_a_present_page_that_cannot_be_read_goes() -> None:
    assert choose(found({"/a.md": page("/a")}), {"broken.md": b"````yaml"}).pages == {"a.md": page("/a")}


@pytest.mark.parametrize("what", [found(), found({"/guide.md": b"# A guide"}), found(alone={"/a.md": b"#"})])
def test_nothing_to_take_is_an_error(what: Found) -> None:
    [problem] = problems(what, {"a.md": page("/a")})
    assert "there is nothing to take; name an index, a folder or a page" in problem


def test_everything_that_is_wrong_with_pages_is_said() -> None:
    what = found(
        {
            "/a.md": page("/a") + b"more",
            "/b.md": page("/b", openapi="3.1.0"),
            "/../c.md": page("/c"),
            "/d.md": page("/d"),
        }
    )
    first, second, third = problems(what)
    assert first.startswith("https://a.test/a.md: line ")
    assert second.startswith("https://a.test/b.md: this is not OpenAPI 3.0")
    assert third.startswith("/../c.md: no name for a file")


def test_pages_that_contradict_each_other_are_refused() -> None:
    [problem] = problems(
        found({"/a.md": page("/a"), "/b.md": page("/b", info={"title": "B", "version": "1"})})
    )
    assert problem.startswith("a.md and b.md: info differs at title")


def test_two_pages_with_one_name_are_refused() -> None:
    [problem] = problems(found({"/a.md": page("/a"), "/A.md": page("/b")}))
    assert problem.startswith("https://a.test/a.md and https://a.test/A.md: both would be the file")


def test_two_pages_of_one_operation_have_to_say_the_same() -> None:
    what = found({"/a.md": page("/a"), "/b.md": page("/a")})
    assert choose(what, {}) == Choice(
        {"a.md": page("/a")}, [("https://a.test/b.md", "says the same as https://a.test/a.md")]
    )
    [problem] = problems(found({"/a.md": page("/a"), "/b.md": page("/a", security=[])}))
    assert problem == (
        "https://a.test/a.md and https://a.test/b.md: both describe get /a, but differ at security: "
        "absent on the first, [] on the second; name the right one"
    )


# --- single pages


def test_a_single_page_replaces_the_one_of_its_operation() -> None:
    present = {"x/a.md": page("/a"), "b.md": page("/b")}
    fresh = page("/a") + b"\n"
    assert choose(found(alone={"/elsewhere/list.md": fresh}), present).pages == {
        "x/a.md": fresh,
        "b.md": page("/b"),
    }


def test_a_single_page_that_is_new_is_added() -> None:
    present = {"b.md": page("/b")}
    assert choose(found(alone={"/x/a.md": page("/a")}), present).pages == {**present, "x/a.md": page("/a")}


def test_a_single_page_replaces_the_one_of_its_name() -> None:
    present = {"a.md": page("/old"), "b.md": page("/b")}
    assert choose(found(alone={"/a.md": page("/new")}), present).pages == {**present, "a.md": page("/new")}


def test_a_single_page_has_to_fit_the_others() -> None:
    [problem] = problems(
        found(alone={"/a.md": page("/a", info={"title": "B", "version": "1"})}), {"b.md": page("/b")}
    )
    assert problem.startswith("a.md and b.md: info differs at title")
    [problem] = problems(found(alone={"/B.md": page("/a")}), {"b.md": page("/b")})
    assert problem.startswith("https://b.test/B.md and b.md: both would be the file")


def test_a_single_page_beside_a_whole_source_keeps_nothing_else() -> None:
    what = found({"/a.md": page("/a")}, alone={"/b.md": page("/b")})
    assert choose(what, {"c.md": page("/c")}).pages == {"a.md": page("/a"), "b.md": page("/b")}


# --- whole documents


def whole_document() -> Found:
    return Found(documents=[Text("openapi.yaml", "/openapi.yaml", OUTPUT.read_bytes())])


def test_a_document_that_says_what_the_pages_say_changes_nothing() -> None:
    assert choose(whole_document(), PUBLISHED).pages == PUBLISHED


def test_a_document_is_as_good_as_pages() -> None:
    pages = choose(whole_document(), {}).pages
    assert merge(pages) == merge(PUBLISHED)
    assert list(pages) != []
    assert choose(whole_document(), pages).pages == pages


def test_only_the_pages_that_a_document_changes_are_written() -> None:
    whole: Any = merge(PUBLISHED)
    whole["paths"]["/sessions"]["get"]["summary"] = "List them"
    del whole["paths"]["/scenarios/assignments"]
    choice = choose(found(documents={"new.yaml": whole}), PUBLISHED)
    kept = {name for name, source in choice.pages.items() if PUBLISHED.get(name) == source}
    assert PUBLISHED.keys() - choice.pages.keys() == {"scenarios/list-scenario-assignments.md"}
    assert choice.pages.keys() - kept == {"sessions/list-roleplay-sessions.md"}
    assert ("new.yaml: components.schemas.Assignment", "no operation uses it") in choice.left


@pytest.mark.parametrize(
    "tags", [[{"name": "New"}], [{"name": "Knowledge Hub - Pages", "description": "other"}]]
)
def test_changed_tags_are_taken_though_pages_say_nothing_of_them(tags: list[dict[str, str]]) -> None:
    whole: Any = {**merge(PUBLISHED), "tags": tags}
    pages = choose(found(documents={"new.yaml": whole}), PUBLISHED).pages
    assert merge(pages)["tags"] == tags
    whole["paths"]["/sessions"]["get"]["summary"] = "List them"
    assert merge(choose(found(documents={"new.yaml": whole}), PUBLISHED).pages)["tags"] == tags


def test_what_no_operation_uses_is_left() -> None:
    whole = document("/a", components={"schemas": {"Unused": {}}})
    choice = choose(found(documents={"a.yaml": whole}), {})
    assert choice.left == [("a.yaml: components.schemas.Unused", "no operation uses it")]


def test_two_documents_are_put_together() -> None:
    whole = {"a.yaml": document("/a", "/b"), "b.yaml": document("/b", "/c")}
    choice = choose(found(documents=whole), {"gone.md": page("/gone")})
    assert list(merge(choice.pages)["paths"]) == ["/a", "/b", "/c"]  # type: ignore[arg-type]
    assert choice.left == [("b.yaml: get /b", "says the same as a.yaml: get /b")]
    other = document("/c", info={"title": "B", "version": "1"})
    [problem] = problems(found(documents={**whole, "b.yaml": other}))
    assert "info differs at title" in problem


# --- pages and documents


def test_pages_that_agree_with_a_document_are_taken() -> None:
    what = found({"/a.md": page("/a"), "/b.md": page("/b")}, {"o.yaml": document("/b", "/a")})
    assert choose(what, {"gone.md": page("/gone")}).pages == {"a.md": page("/a"), "b.md": page("/b")}


def test_pages_may_lack_tags_and_unused_components() -> None:
    tags = [{"name": "a"}, {"name": "b"}]
    whole = document("/a", tags=tags, components={"schemas": {"Unused": {}}})
    choice = choose(found({"/a.md": page("/a", tags=tags[1:])}, {"o.yaml": whole}), {})
    assert choice.pages == {"a.md": page("/a", tags=tags[1:])}


def used(schema: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": "OK", "content": {"a/b": {"schema": {"$ref": "#/components/schemas/S"}}}}
    return {
        "paths": {"/a": {"get": {"responses": {"200": answer}}}},
        "components": {"schemas": {"S": schema}},
    }


@pytest.mark.parametrize(
    ("on_page", "in_document", "place"),
    [
        ({"info": {"title": "B", "version": "1"}}, {}, "info.title"),
        ({}, {"security": []}, "security"),
        ({"tags": [{"name": "a"}]}, {"tags": [{"name": "a", "description": "b"}]}, "tags.a.description"),
        (used({"type": "string"}), used({"type": "number"}), "components.schemas.S.type"),
        (used({}), {}, "paths./a.get"),
    ],
)
@pytest.mark.parametrize("alone", [False, True])
def test_pages_that_contradict_a_document_are_refused(
    on_page: dict[str, Any], in_document: dict[str, Any], place: str, alone: bool
) -> None:
    pages, documents = {"/a.md": page("/a", **on_page)}, {"o.yaml": document("/a", **in_document)}
    [problem] = problems(found(None if alone else pages, documents, pages if alone else None))
    assert problem.startswith(f"the pages and o.yaml differ at {place}")
    assert problem.endswith("or name only the pages or only the document")


def test_operations_that_only_one_has_are_named() -> None:
    what = found({"/a.md": page("/a"), "/b.md": page("/b")}, {"o.yaml": document("/b", "/c")})
    assert [problem.partition(";")[0] for problem in problems(what)] == [
        "get /a stands only on a page (https://a.test/a.md)",
        "get /c stands only in a whole document (o.yaml: get /c)",
    ]


def test_a_single_page_may_stand_beside_a_document() -> None:
    what = found(None, {"o.yaml": document("/a", "/b")}, {"/x.md": page("/a")})
    pages = choose(what, {}).pages
    assert pages["x.md"] == page("/a")
    assert list(merge(pages)["paths"]) == ["/a", "/b"]  # type: ignore[arg-type]
