from __future__ import annotations

import pytest

from generator.index import FetchError, below, clashes, describes, kind, origin, page_name, read_index
from generator.merge import PAGES, read_sources

INDEX = "https://docs.exec.test/llms.txt"


def links(*lines: str) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    index = read_index(INDEX, "\n".join(lines))
    return index.pages, index.documents, index.left


def test_an_index_lists_pages_and_whole_documents() -> None:
    assert links(
        "# Exec",
        "> All of it, see [here](https://docs.exec.test/not-a-list.md)",
        "## Docs",
        "- [List sessions](https://docs.exec.test/api-reference/list.md): Lists [them](https://docs.exec.test/no.md)",
        "* [No description](/guides/a(b).md)",
        "  - [Nested](more/nested.md#part)",
        "- [Again](https://docs.exec.test/api-reference/list.md)",
        "## OpenAPI Specs",
        "- [openapi](https://docs.exec.test/api-reference/openapi.yaml)",
        "- [json](/openapi.json)",
    ) == (
        [
            "https://docs.exec.test/api-reference/list.md",
            "https://docs.exec.test/guides/a(b).md",
            "https://docs.exec.test/more/nested.md",
        ],
        ["https://docs.exec.test/api-reference/openapi.yaml", "https://docs.exec.test/openapi.json"],
        [
            (f"https://docs.exec.test/{name}.md", "not an item of a list; name it as a SOURCE to take it")
            for name in ("not-a-list", "no")
        ],
    )


@pytest.mark.parametrize(
    "line",
    [
        "1. [A](/a.md)",
        "12) [A](/a.md): about it",
        "* [A](/a.md)",
        "+ [A](/a.md)",
        '- [A](/a.md "A title")',
        "- [A](/a.md 'A title'): about it",
        "- [A]( </a.md> )",
        "- [A](</a.md> (a title))",
        "- <https://docs.exec.test/a.md>",
        "- [A [b] c](/a.md)",
    ],
)
def test_the_usual_forms_of_a_list_are_read(line: str) -> None:
    assert links(line) == (["https://docs.exec.test/a.md"], [], [])


@pytest.mark.parametrize(
    "line",
    [
        "[A](/a.md)",
        "See [A](</a.md>), please.",
        "[a]: /a.md",
        "- **[A](/a.md)**",
        "- https://docs.exec.test/a.md.",
        "| [A](/a.md) |",
        '<a href="/a.md">A</a>',
        "- [B](/b.md): see [A](/a.md)",
    ],
)
def test_a_page_in_another_form_is_left_and_told(line: str) -> None:
    pages, documents, left = links(line, "[An image](/a.png) and http://elsewhere.test/b.md")
    assert pages == (["https://docs.exec.test/b.md"] if "/b.md" in line else [])
    assert documents == []
    assert left == [("https://docs.exec.test/a.md", "not an item of a list; name it as a SOURCE to take it")]


def test_a_page_that_is_listed_too_is_taken() -> None:
    assert links("See [A](/a.md).", "- [A](/a.md)") == (["https://docs.exec.test/a.md"], [], [])


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.test/a.md",
        "//evil.test/a.md",
        "https://docs.exec.test.evil.test/a.md",
        "https://docs.exec.test:8443/a.md",
        "http://docs.exec.test/a.md",
    ],
)
def test_another_host_scheme_or_port_is_left(link: str) -> None:
    pages, documents, [(left, reason)] = links(f"- [A]({link})")
    assert (pages, documents, left) == ([], [], link if ":/" in link else f"https:{link}")
    assert "another host" in reason


@pytest.mark.parametrize(
    "link",
    [
        "https://docs.exec.test@evil.test/a.md",
        "https://user:secret@docs.exec.test/a.md",
        "ftp://docs.exec.test/a.md",
        "file:///etc/a.md",
        "javascript:a.md",
        "https://docs.exec.test:port/a.md",
        "https://[::1/a.md",
    ],
)
def test_what_is_no_plain_address_is_left(link: str) -> None:
    assert links(f"- [A]({link})") == ([], [], [(link, "not an address that is followed")])


def test_other_kinds_are_left() -> None:
    assert links("- [Blog](/blog)", "- [Spec](/openapi.yaml)", "## OpenAPI Specs", "- [Page](/page.md)") == (
        [],
        [],
        [
            ("https://docs.exec.test/blog", "not a page in Markdown"),
            ("https://docs.exec.test/openapi.yaml", "not a page in Markdown"),
            ("https://docs.exec.test/page.md", "not YAML or JSON"),
        ],
    )


def test_a_default_port_is_no_other_host() -> None:
    assert links("- [A](https://DOCS.exec.test:443/a.md)")[0] == ["https://DOCS.exec.test:443/a.md"]


@pytest.mark.parametrize(
    "address", ["https:///a.md", "x://host/a.md", "https://host:99999/a.md", "https://["]
)
def test_an_address_that_is_none_says_what_to_write(address: str) -> None:
    with pytest.raises(FetchError, match="write https://host/path"):
        origin(address)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(FetchError, match="leave them out") as caught:
        origin("https://user:secret@docs.exec.test/llms.txt")
    assert "secret" not in str(caught.value)


def test_the_end_of_a_path_tells_its_kind() -> None:
    ends = ["/llms.txt", "/a.MD", "/o.yaml", "/o.yml", "/o.json", "/o.html", "/o"]
    assert [kind(path) for path in ends] == ["index", "page", "document", "document", "document", None, None]


def test_a_page_is_told_by_its_openapi_block() -> None:
    pages = read_sources(PAGES)
    assert (describes(pages["sessions/get-session-detail.md"]) or "").endswith("/openapi.yaml")
    for source in pages.values():
        document = describes(source)
        assert document is not None
        assert kind(document) == "document"
        assert describes(source.replace(b"\n", b"\r\n")) == document
    for other in [
        b"# Guide\n",
        b"\xff\xfe",
        b"```yaml\na: 1\n```",
        b"```yaml openapi.yaml\n```",
        b"    ```yaml /o.yaml get /x",
    ]:
        assert describes(other) is None


# --- names


@pytest.mark.parametrize(
    ("path", "document", "name"),
    [
        ("/api-reference/sessions/list.md", "/api-reference/openapi.yaml", "sessions/list.md"),
        ("/docs/api-reference/sessions/list.md", "/api-reference/openapi.yaml", "sessions/list.md"),
        ("/sessions/list.md", "/api-reference/openapi.yaml", "sessions/list.md"),
        ("/sessions/list.md", "/openapi.yaml", "sessions/list.md"),
        ("/sessions/list.md", "openapi.json", "sessions/list.md"),
        ("/v1/list.md", "https://docs.exec.test/v1/openapi.yaml", "list.md"),
    ],
)
def test_a_page_is_called_by_its_path_below_the_folder_of_its_document(
    path: str, document: str, name: str
) -> None:
    assert page_name(path, document) == name


@pytest.mark.parametrize(
    "path",
    [
        *("/../a.md", "/a/../../b.md", "/./a.md", "/a/..md", "/.git/hooks.md", "//etc/a.md/", "/a//b.md"),
        *(
            "/a%2Fb.md",
            "/%2e%2e/a.md",
            "/a%00.md",
            "/a\x00.md",
            "/a\\b.md",
            "/..\\a.md",
            "/C:/a.md",
            "/a b.md",
        ),
        *(
            "/con.md",
            "/x/NUL.md",
            "/com1.x.md",
            "/aux/a.md",
            "/a./b.md",
            "/-rf.md",
            "/é.md",
            "/a.MD",
            "/a",
            "/",
        ),
        *("/" + "x" * 98 + ".md", "/a" * 8 + "/b.md", "/a\n.md", "/a.md\n", "/\x1b[31m.md"),
    ],
)
def test_a_name_that_is_unsafe_somewhere_is_refused(path: str) -> None:
    with pytest.raises(FetchError, match="SOURCE=FOLDER"):
        page_name(path, "/openapi.yaml")


def test_what_lies_below_the_index() -> None:
    assert below("/docs/llms.txt", "/docs/a/b.md") == "/a/b.md"
    assert below("/llms.txt", "/a/b.md") == "/a/b.md"
    assert below("/docs/llms.txt", "/other/b.md") == "/other/b.md"


def test_two_pages_that_would_be_one_file_are_named() -> None:
    assert list(clashes([("a/b.md", "one"), ("a/c.md", "two"), ("ab.md", "three")])) == []
    [same] = clashes([("a/b.md", "one"), ("a/b.md", "two")])
    assert same == "one and two: both would be the file a/b.md; take only one of them"
    [alike] = clashes([("a/b.md", "one"), ("A/b.md", "two")])
    assert alike.startswith("one and two: both would be the file a/b.md and A/b.md, which some systems")
    [within] = clashes([("a.md/b.md", "one"), ("A.md", "two")])
    assert within == "one: a.md/b.md would lie in the file A.md; take one of them"
