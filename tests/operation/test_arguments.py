"""Where arguments go, how they are encoded, and what is a list."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import UNSET, ConfigurationError
from exec_api_client._runtime.operations import Parameter
from exec_api_client._runtime.requests import Request, build_request
from tests.fakes import Api
from tests.operation.building import operation, path_of, query, refused

# --- where arguments go


def test_an_argument_that_is_none_unset_or_left_out_is_not_sent() -> None:
    assert query(None) == query(UNSET) == ""
    assert build_request(operation(Parameter("a", "string", "query")), {}) == Request(
        "things.find", "GET", "/things"
    )


def test_parameters_keep_their_order_and_their_names_in_the_document() -> None:
    found = operation(Parameter("b[x]", "string", "query"), Parameter("a b", "integer", "query"))
    assert build_request(found, {"b[x]": "1", "a b": 2}).target.partition("?")[2] == "b%5Bx%5D=1&a%20b=2"


def test_an_argument_replaces_the_parameter_of_all_requests() -> None:
    """Both stand under the name that the API gives them."""
    found = operation(Parameter("x-from", "string", "query"))
    assert build_request(found, {"x_from": "1"}).query == {"x-from": "x-from=1"}


def test_headers_are_sent_as_text() -> None:
    found = operation(
        Parameter("x-tags", "string", "header", many=True), Parameter("x-n", "integer", "header")
    )
    assert build_request(found, {"x_tags": ["a", "b"], "x_n": 5}).headers == {"x-tags": "a,b", "x-n": "5"}


@pytest.mark.parametrize("text", ["a\r\nb: c", "\x00", "naïve"])
def test_a_header_takes_printable_ascii_only(text: str) -> None:
    with pytest.raises(ConfigurationError, match="must hold only printable ASCII characters"):
        build_request(operation(Parameter("x", "string", "header")), {"x": text})


def test_several_path_arguments_do_not_reach_into_each_other() -> None:
    found = operation(Parameter("a", "string", "path"), Parameter("b", "string", "path"), path="/x/{a}/y/{b}")
    assert build_request(found, {"a": "{b}", "b": "{a}"}).path == "/x/%7Bb%7D/y/%7Ba%7D"


@pytest.mark.parametrize(
    ("method", "idempotent"),
    [("GET", True), ("PUT", True), ("DELETE", True), ("HEAD", True), ("POST", False), ("PATCH", False)],
)
def test_the_method_says_whether_a_request_may_be_repeated(method: str, idempotent: bool) -> None:
    assert build_request(replace(operation(), method=method), {}).idempotent is idempotent


# --- encoding


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("bob+test@acme.com", "bob%2Btest%40acme.com"),
        ("a&b=c", "a%26b%3Dc"),
        ("a,b", "a%2Cb"),
        ("100%", "100%25"),
        ("%2F", "%252F"),
        ("Zoë 王", "Zo%C3%AB%20%E7%8E%8B"),
        ("a/b?c#d;e", "a%2Fb%3Fc%23d%3Be"),
        ("line\nbreak", "line%0Abreak"),
        ("", ""),
        ("-_.~", "-_.~"),
    ],
)
def test_a_value_is_encoded_whole(text: str, encoded: str) -> None:
    assert query(text) == f"a={encoded}"
    if text:
        assert path_of(text) == f"/things/{encoded}/parts"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_arrives_as_it_was(text: str) -> None:
    assert parse_qsl(query(text), keep_blank_values=True) == [("a", text)]
    if text.strip() not in ("", ".", ".."):
        assert [unquote(part) for part in path_of(text).split("/")] == ["", "things", text, "parts"]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters=","), min_size=1), min_size=1
    )
)
def test_every_list_arrives_as_it_was(texts: list[str]) -> None:
    ((_, joined),) = parse_qsl(query(texts, many=True))
    assert joined.split(",") == texts
    assert [text for _, text in parse_qsl(query(texts, many=True, explode=True))] == texts


async def test_what_is_encoded_reaches_the_wire_unchanged() -> None:
    api = Api(httpx.Response(200, json={"data": []}))
    async with api.client() as client:
        await client.sessions.list(user_emails=["bob+1@acme.com", "zoë@acme.com"], rank=["gold", "silver"])
        await client.scenarios.list_assignments(user_ids=["a/b", "100%"])
    assert api.targets == [
        "/sessions?user_emails=bob%2B1%40acme.com,zo%C3%AB%40acme.com&rank=gold,silver",
        "/scenarios/assignments?user_ids=a%2Fb,100%25",
    ]


# --- lists


def test_a_list_is_joined_by_commas_unless_it_explodes() -> None:
    assert query(["a", "b c"], many=True) == "a=a,b%20c"
    assert query(["a", "b,c", ""], many=True, explode=True) == "a=a&a=b%2Cc&a="


@pytest.mark.parametrize("values", [("x", "y"), {"x": 1, "y": 2}.keys(), {"x"}, frozenset({"x"})])
def test_any_collection_is_a_list(values: Any) -> None:
    assert query(values, many=True) == ("a=x,y" if len(values) == 2 else "a=x")


@pytest.mark.parametrize(
    ("value", "instead"),
    [
        ("gold", "['gold']"),
        ("gold, silver", "['gold', 'silver']"),
        (5, "[5]"),
        ({"gold": True}, "list(...) around an iterator"),
        ((name for name in "ab"), "list(...) around an iterator"),
        (iter(["a"]), "list(...) around an iterator"),
    ],
)
def test_what_is_no_list_is_refused(value: Any, instead: str) -> None:
    assert refused(value, many=True).endswith(f"a must be a list; write {instead}")


def test_an_empty_list_is_refused() -> None:
    assert refused([], many=True).endswith(
        "a must not be empty, which the API reads as no filter; leave it out, or skip the call"
    )


@pytest.mark.parametrize("values", [["a,b"], ["a", ""]])
def test_elements_that_joining_would_change_are_refused(values: list[str]) -> None:
    assert refused(values, many=True).endswith(
        "a must hold non-empty values without commas, since commas join them"
    )


@pytest.mark.parametrize("element", [None, 5, ["a"]])
def test_each_element_is_checked(element: Any) -> None:
    assert refused(["a", element], many=True).endswith("a[1] must be a string")
