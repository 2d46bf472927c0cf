"""Wrong arguments are refused without showing the key."""

import pickle
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, ConfigurationError
from tests.key.search import CANARY, absent, search


@pytest.mark.parametrize(
    "arguments",
    [
        {"api_key": f"{CANARY} x"},
        {"api_key": f"{CANARY}\n{CANARY}"},
        {"api_key": f"{CANARY}\xe9"},
        {"api_key": CANARY.encode()},
        {"api_key": CANARY, "base_url": "http://api.exec.com"},
        {"api_key": CANARY, "base_url": "nonsense"},
        {"api_key": CANARY, "base_url": CANARY},
        {"api_key": CANARY, "base_url": f"https://{CANARY}@api.exec.com"},
        {"api_key": CANARY, "base_url": f"https://api.exec.com/?key={CANARY}"},
        {"api_key": CANARY, "base_url": f"http://api.exec.com/{CANARY}"},
        {"api_key": CANARY, "timeout": 0},
        {"api_key": CANARY, "max_connections": 0},
        {"api_key": CANARY, "transport": object(), "http_client": object()},
    ],
    ids=",".join,
)
@pytest.mark.parametrize("by_environment", [False, True])
def test_wrong_settings(
    arguments: dict[str, Any], by_environment: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by_environment and isinstance(arguments["api_key"], str):
        for name in ("api_key", "base_url"):
            if name in arguments:
                monkeypatch.setenv(f"EXEC_{name.upper()}", arguments[name])
                arguments = {other: value for other, value in arguments.items() if other != name}

    try:
        AsyncExecClient(**arguments)
    except ConfigurationError as error:
        error.__traceback__ = (
            error.__traceback__ and error.__traceback__.tb_next
        )  # less this test's own frame
        search(error)
    else:
        raise AssertionError("not refused")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (CANARY.encode(), "api_key has to be a str, not bytes"),
        (5, "api_key has to be a str, not int"),
        (b"", "api_key has to be a str, not bytes"),
        (f'"{CANARY}"', "stands in quotation marks: leave them out"),
        (f" '{CANARY}' ", "stands in quotation marks: leave them out"),
        (f"\u201c{CANARY}\u201d", "stands in quotation marks: leave them out"),
        ("", r"no API key: .*`python -m .*sandbox` starts a sandbox, which needs none"),
    ],
    ids=["bytes", "number", "no bytes", "double", "single", "curly", "none"],
)
def test_what_is_wrong_with_a_key(key: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as refused:
        AsyncExecClient(key)
    absent(str(refused.value))


async def test_a_key_of_another_form_is_accepted() -> None:
    async with AsyncExecClient("another-form-of-key") as client:
        assert not client.closed


async def test_wrong_arguments_of_a_call() -> None:
    async with AsyncExecClient(CANARY) as client:
        for wrong in ({"rank": "gold"}, {"page": -1}, {"user_ids": f"{CANARY}"}, {"timeout": 0}):
            error = None
            try:
                await client.sessions.list(**wrong)  # type: ignore[arg-type]
            except ConfigurationError as caught:
                error = caught
            assert error is not None
            absent(f"{error} {error!r}")
            absent(pickle.dumps(error))


def test_a_copy_without_the_sandbox_does_not_speak_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exec_api_client._transport.auth.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"Settings > API\)$"):
        AsyncExecClient("")
