"""How a call's arguments become a request, and what is refused before anything is sent."""

import enum
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, unquote
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exec_api_client import UNSET, AsyncExecClient, ConfigurationError
from exec_api_client._operation import Body, Operation, Parameter, Request, build
from exec_api_client.models import User
from tests.fakes import KEY, Api, operations, published


def operation(*parameters: Parameter, path: str = "/things", **fields: Any) -> Operation[Any]:
    named = {parameter.name.replace("-", "_"): parameter for parameter in parameters}
    return Operation("things.find", "GET", path, lambda status, data: data, named, **fields)


def query(value: Any, kind: str = "string", **rules: Any) -> str:
    """The query string of a request with one argument `a`."""
    parameter = Parameter("a", "query", kind, **rules)
    return build(operation(parameter), {"a": value}).query


def refused(value: Any, kind: str = "string", **rules: Any) -> str:
    """Why one argument `a` is refused."""
    with pytest.raises(ConfigurationError) as caught:
        query(value, kind, **rules)
    return str(caught.value)


def path_of(value: Any) -> str:
    parameter = Parameter("id", "path", "string", required=True)
    return build(operation(parameter, path="/things/{id}/parts"), {"id": value}).path


# --- where arguments go


def test_an_argument_that_is_none_unset_or_left_out_is_not_sent() -> None:
    assert query(None) == query(UNSET) == ""
    assert build(operation(Parameter("a", "query", "string")), {}) == Request("GET", "/things")


def test_parameters_keep_their_order_and_their_names_in_the_document() -> None:
    found = operation(Parameter("b[x]", "query", "string"), Parameter("a b", "query", "integer"))
    assert build(found, {"b[x]": "1", "a b": 2}).query == "b%5Bx%5D=1&a%20b=2"


def test_headers_are_sent_as_text() -> None:
    found = operation(
        Parameter("x-tags", "header", "string", many=True), Parameter("x-n", "header", "integer")
    )
    assert build(found, {"x_tags": ["a", "b"], "x_n": 5}).headers == {"x-tags": "a,b", "x-n": "5"}


@pytest.mark.parametrize("text", ["a\r\nb: c", "\x00", "naïve"])
def test_a_header_takes_printable_ascii_only(text: str) -> None:
    with pytest.raises(ConfigurationError, match="goes into a header: printable ASCII characters only"):
        build(operation(Parameter("x", "header", "string")), {"x": text})


def test_several_path_arguments_do_not_reach_into_each_other() -> None:
    found = operation(Parameter("a", "path", "string"), Parameter("b", "path", "string"), path="/x/{a}/y/{b}")
    assert build(found, {"a": "{b}", "b": "{a}"}).path == "/x/%7Bb%7D/y/%7Ba%7D"


@pytest.mark.parametrize(
    ("method", "idempotent"),
    [("GET", True), ("PUT", True), ("DELETE", True), ("HEAD", True), ("POST", False), ("PATCH", False)],
)
def test_the_method_says_whether_a_request_may_be_repeated(method: str, idempotent: bool) -> None:
    assert build(replace(operation(), method=method), {}).idempotent is idempotent


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


@pytest.mark.parametrize("values", [("x", "y"), {"x": 1, "y": 2}.keys(), ["x", "y"]])
def test_any_collection_is_a_list(values: Any) -> None:
    assert query(values, many=True) == "a=x,y"


def test_sets_are_lists() -> None:
    assert query({"x"}, many=True) == query(frozenset({"x"}), many=True) == "a=x"


@pytest.mark.parametrize(
    "value", ["gold", "gold,silver", b"gold", {"gold": True}, 5, (name for name in "ab"), iter(["a"])]
)
def test_what_is_no_list_is_refused(value: Any) -> None:
    assert refused(value, many=True).endswith(
        "a is a list: write ['a', 'b'] for two values, ['a'] for one, list(...) around an iterator"
    )


def test_an_empty_list_is_refused() -> None:
    assert refused([], many=True) == (
        "things.find(a=[]): a is empty, which the API would read as no filter: leave it out or skip the call"
    )


@pytest.mark.parametrize("values", [["a,b"], ["a", ""]])
def test_elements_that_joining_would_change_are_refused(values: list[str]) -> None:
    assert refused(values, many=True).endswith(
        "a is sent joined by commas: pass one non-empty value per element, without commas"
    )


@pytest.mark.parametrize("element", [None, 5, ["a"]])
def test_each_element_is_checked(element: Any) -> None:
    assert refused(["a", element], many=True).endswith("a has to be a string")


def test_every_list_is_sent_as_the_corrected_document_says() -> None:
    for method, path, described in published():
        parameters = operations()[method, path].parameters.values()
        sent = {(parameter.location, parameter.name): parameter for parameter in parameters}
        for documented in described["parameters"]:
            texts = (documented["description"], documented["schema"].get("description", ""))
            listed = documented["schema"].get("type") == "array" or any(
                "omma-separated" in text for text in texts
            )
            parameter = sent[documented["in"], documented["name"]]
            assert parameter.many is listed, (path, documented)
            assert not parameter.explode or documented.get("explode", True), (path, documented)


# --- kinds


class Level(int, enum.Enum):
    HIGH = 3


class Name(enum.StrEnum):
    GOLD = "gold"


class Ratio(float):
    """As the numbers of numeric libraries, it does not look like a plain one."""

    def __repr__(self) -> str:
        return f"Ratio({float(self)})"


DAY = date(2026, 3, 1)
NUMBER = UUID("12345678-1234-5678-1234-567812345678")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("string", "x", "x"),
        ("string", Name.GOLD, "gold"),
        ("integer", 5, "5"),
        ("integer", -5, "-5"),
        ("integer", Level.HIGH, "3"),
        ("number", 5, "5"),
        ("number", 0.1, "0.1"),
        ("number", Ratio(1.5), "1.5"),
        ("number", 10**400, str(10**400)),
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("date", DAY, "2026-03-01"),
        ("date", "2026-03-01", "2026-03-01"),
        ("date", "20260301", "2026-03-01"),
        ("uuid", NUMBER, str(NUMBER)),
        ("uuid", str(NUMBER), str(NUMBER)),
        ("date-time", NOON, "2026-03-01T12%3A00%3A00Z"),
        ("date-time", NOON.astimezone(ZoneInfo("Asia/Kolkata")), "2026-03-01T17%3A30%3A00%2B05%3A30"),
        ("date-time", NOON.astimezone(timezone(timedelta(hours=-8))), "2026-03-01T04%3A00%3A00-08%3A00"),
        ("date-time", "2026-03-01T12:00:00Z", "2026-03-01T12%3A00%3A00Z"),
        ("date-time", "2026-03-01T12:00:00+00:00", "2026-03-01T12%3A00%3A00Z"),
        ("date-time", "2026-03-01 12:00:00.25-0800", "2026-03-01T12%3A00%3A00.250000-08%3A00"),
        ("date-time", "2026-03-01t12:00:00z", "2026-03-01T12%3A00%3A00Z"),
        ("date-time", "2026-02-28T24:00:00Z", "2026-03-01T00%3A00%3A00Z"),
        ("date-time", "2026060T12Z", "2026-03-01T12%3A00%3A00Z"),
    ],
)
def test_right_values(kind: str, value: Any, text: str) -> None:
    assert query(value, kind) == f"a={text}"


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        ("string", [5, b"x", ["x"], True, NUMBER], "has to be a string"),
        ("integer", ["5", 5.0, True, float("nan"), Name.GOLD], "has to be a whole number"),
        ("number", ["5", True, float("nan"), float("inf"), -float("inf")], "has to be a finite number"),
        ("boolean", ["true", 1, 0, "False"], "has to be True or False"),
        ("date", [NOON, "2026-03-01T00:00:00Z", "soon", 5], "has to be a date or an ISO 8601 string such as"),
        ("uuid", [5, b"x"], "has to be a UUID or its text"),
    ],
)
def test_values_of_another_kind_are_refused(kind: str, values: list[Any], problem: str) -> None:
    for value in values:
        assert problem in refused(value, kind), value


@pytest.mark.parametrize(
    "value",
    [
        NOON.replace(tzinfo=None),
        "2026-03-01T12:00:00",
        "2026-03-01",
        "2026-03-01-05:00",  # no time: 05:00 would be read as one
        "2026-03-01+05:00",
        "2026-W10-1T12:00",
        "soon",
        "",
        DAY,
        1772366400,
    ],
)
def test_a_moment_needs_an_offset(value: Any) -> None:
    assert refused(value, "date-time").endswith(
        "a has to be an aware datetime or an ISO 8601 string with an offset, such as "
        "datetime(2026, 3, 1, tzinfo=timezone.utc) or '2026-03-01T00:00:00Z'"
    )


def test_half_a_surrogate_pair_is_refused() -> None:
    assert refused("\ud800").endswith("a holds half of a surrogate pair, which no encoding can send")


# --- bounds and choices


def test_a_key_that_stands_where_an_argument_belongs_is_not_sent() -> None:
    assert "looks like an API key" in refused(KEY)
    assert KEY not in refused(KEY)
    assert "has to be a whole number" in refused(10**5000, kind="integer")


def test_bounds() -> None:
    bounds = {"kind": "integer", "minimum": 1, "maximum": 100}
    assert [query(value, **bounds) for value in (1, 100)] == ["a=1", "a=100"]
    assert refused(0, **bounds) == "things.find(a=0): a has to be at least 1"
    assert refused(101, **bounds) == "things.find(a=101): a has to be at most 100"


def test_choices() -> None:
    assert query("-score", choices=("score", "-score")) == "a=-score"
    assert refused("Score", choices=("score", "-score")) == (
        "things.find(a='Score'): a has to be one of 'score', '-score'"
    )
    assert "a has to be one of 'gold'" in refused(["gold", "purple"], many=True, choices=("gold",))


def test_a_required_argument() -> None:
    for nothing in (None, UNSET):
        assert refused(nothing, required=True).endswith(": a is required")


@pytest.mark.parametrize("text", ["", " ", ".", "..", " .. ", "\t"])
def test_what_would_change_the_path_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="id would change the path: pass an identifier"):
        path_of(text)


def test_a_path_may_hold_what_looks_like_a_step() -> None:
    assert path_of("../admin") == "/things/..%2Fadmin/parts"
    assert path_of("...") == "/things/.../parts"
    several = Parameter("ids", "path", "string", many=True)
    assert build(operation(several, path="/things/{ids}"), {"ids": ["a", "b"]}).path == "/things/a%2Cb"
    assert path_of("%2e%2e") == "/things/%252e%252e/parts"


def test_a_long_value_is_shown_in_part_and_a_key_not_at_all() -> None:
    assert f"a='{'x' * 78}')" in refused("x" * 78, choices=("y",))
    long = refused("x" * 79, choices=("y",))
    assert "a='" + "x" * 76 + "...)" in long
    assert KEY not in refused([KEY, 5], many=True)
    assert "[key]" in refused(f"Bearer {KEY}", choices=("y",))


# --- bodies

FIELDS = Body({"name": "name", "from_": "from"})


def request_of(body: Body, /, **arguments: Any) -> Request:
    return build(operation(Parameter("id", "path", "string"), path="/things/{id}", body=body), arguments)


def sent(body: Body = FIELDS, /, **arguments: Any) -> Any:
    """The JSON that is sent; it has to be there."""
    content = request_of(body, **arguments).content
    assert content is not None
    return json.loads(content)


def test_a_body_leaves_out_what_is_unset_and_sends_null_for_none() -> None:
    assert sent() == {}
    assert sent(name=UNSET) == {}
    assert sent(name=None, from_=NOON) == {"name": None, "from": "2026-03-01T12:00:00Z"}
    assert sent(name=[User.from_dict({"id": "u"}), {"a": UNSET}]) == {"name": [{"id": "u"}, {}]}
    assert sent(name="王 \ud800") == {"name": "王 \ud800"}


def test_a_body_is_json_and_says_so() -> None:
    request = request_of(FIELDS, id="x", name="Zoë")
    assert request.headers == {"content-type": "application/json"}
    assert request.path == "/things/x"
    patch = request_of(replace(FIELDS, media_type="application/merge-patch+json"))
    assert patch.headers == {"content-type": "application/merge-patch+json"}
    assert build(operation(), {}).content is None


def test_a_body_may_be_one_argument_as_it_stands() -> None:
    assert sent(Body(whole="items"), items=[1, User.from_dict({"id": "u"})]) == [1, {"id": "u"}]
    assert sent(Body(), body=None) is None


def test_an_optional_body_is_sent_if_anything_is_given() -> None:
    optional = replace(FIELDS, optional=True)
    assert request_of(optional).content is None
    assert request_of(optional).headers == {}
    assert sent(optional, name=None) == {"name": None}


def test_a_body_with_an_idempotency_key_may_be_repeated() -> None:
    keyed = replace(FIELDS, key="name")
    posting = replace(operation(body=keyed), method="POST")
    made = iter(("k1", "k2"))
    ours = build(posting, {}, lambda: next(made))
    assert (json.loads(ours.content or b""), ours.idempotent) == ({"name": "k1"}, True)
    theirs = build(posting, {"name": "mine"}, lambda: next(made))
    assert (json.loads(theirs.content or b""), theirs.idempotent) == ({"name": "mine"}, True)
    assert not build(posting, {"name": None}).idempotent
    assert not build(replace(posting, body=FIELDS), {}).idempotent
    assert build(replace(posting, body=replace(keyed, optional=True)), {}).content is None


def test_a_required_field_of_a_body() -> None:
    for body in (replace(FIELDS, required=("name",)), Body(whole="name", required=("name",))):
        assert sent(body, name=None) in ({"name": None}, None)
        with pytest.raises(ConfigurationError, match=r"things\.find\(name=UNSET\): name is required"):
            sent(body)


def endless() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), object(), b"bytes", NOON.replace(tzinfo=None), {(1, 2): 3}, endless()],
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"things\.find: the body cannot be written as JSON: "):
        sent(name=value)


# --- the same through a client: said at once, and nothing is sent

BAD_CALLS: list[tuple[Callable[[AsyncExecClient], Any], str]] = [
    (lambda c: c.sessions.list(page=0), "sessions.list(page=0): page has to be at least 1"),
    (lambda c: c.sessions.list(page=True), "page has to be a whole number"),
    (lambda c: c.sessions.list(page_size=0), "page_size has to be at least 1"),
    (
        lambda c: c.sessions.list(page_size=101),
        "sessions.list(page_size=101): page_size has to be at most 100",
    ),
    (
        lambda c: c.sessions.list(sorting="rank"),
        "sorting has to be one of 'created_at', '-created_at', 'score'",
    ),
    (lambda c: c.sessions.list(rank=["platinum"]), "rank has to be one of 'gold', 'silver', 'bronze'"),
    (
        lambda c: c.sessions.list(rank="gold"),
        "rank is a list: write ['a', 'b'] for two values, ['a'] for one",
    ),
    (lambda c: c.sessions.list(user_ids=[]), "user_ids is empty"),
    (lambda c: c.sessions.list(user_emails=["a@x.com,b@x.com"]), "user_emails is sent joined by commas"),
    (lambda c: c.sessions.list(user_ids=(name for name in ["u"])), "list(...) around an iterator"),
    (
        lambda c: c.sessions.list(start_date=NOON.replace(tzinfo=None)),
        "start_date has to be an aware datetime",
    ),
    (lambda c: c.sessions.list(start_date="2026-03-01"), "start_date has to be an aware datetime"),
    (lambda c: c.sessions.list(end_date=DAY), "end_date has to be an aware datetime"),
    (lambda c: c.sessions.list(exclude_system_users="yes"), "exclude_system_users has to be True or False"),
    (lambda c: c.scenarios.list_assignments(status=["late"]), "status has to be one of 'not_started'"),
    (lambda c: c.scenarios.get_analytics_participants(""), "scenario_id would change the path"),
]

BAD_AWAITED_CALLS: list[tuple[Callable[[AsyncExecClient], Any], str]] = [
    (lambda c: c.sessions.get(""), "sessions.get(session_id=''): session_id would change the path"),
    (lambda c: c.sessions.get("."), "session_id would change the path: pass an identifier"),
    (lambda c: c.sessions.get(".."), "session_id would change the path: pass an identifier"),
    (lambda c: c.sessions.get(None), "session_id is required"),
    (lambda c: c.sessions.get(5), "session_id has to be a string"),
    (
        lambda c: c.sessions.get("x", include=["audio"]),
        "include has to be one of 'transcript', 'evaluations'",
    ),
    (lambda c: c.scenarios.get_analytics_summary(".."), "scenario_id would change the path"),
]


@pytest.mark.parametrize(("call", "problem"), BAD_CALLS)
async def test_a_list_with_a_wrong_argument_is_refused_at_the_call(
    call: Callable[[AsyncExecClient], Any], problem: str
) -> None:
    api = Api(httpx.Response(200, json={"data": []}))
    async with api.client() as client:
        with pytest.raises(ConfigurationError) as caught:
            call(client)
    assert problem in str(caught.value)
    assert api.requests == []


@pytest.mark.parametrize(("call", "problem"), BAD_AWAITED_CALLS)
async def test_a_read_with_a_wrong_argument_is_refused_and_nothing_sent(
    call: Callable[[AsyncExecClient], Any], problem: str
) -> None:
    api = Api(httpx.Response(200, json={}))
    async with api.client() as client:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (a ConfigurationError is one)
            await call(client)
    assert isinstance(caught.value, ConfigurationError)
    assert problem in str(caught.value)
    assert api.requests == []
