"""The base URL: its sources, and the ones that are refused."""

from typing import Any

import httpx
import pytest

from exec_api_client import AsyncExecClient, ConfigurationError
from tests.fakes import KEY, OK, Api


@pytest.mark.parametrize(
    "url",
    [
        "https://api.exec.com/rest/v1",
        "http://localhost:8787/rest/v1",
        "http://127.0.0.1:1",
        "http://[::1]:80/x",
    ],
)
async def test_right_base_urls(url: str) -> None:
    for written in (url, f"{url}/", f"{url}//"):
        api = Api(OK)
        async with api.client(base_url=written) as client:
            assert client.base_url == url
            await client.sessions.get("x")
        assert str(api.requests[0].url) == str(httpx.URL(f"{url}/sessions/x"))


NO_URL = "base_url must be an https URL such as 'https://api.exec.com/rest/v1', not "
UNENCRYPTED = "would send the API key unencrypted; write https://"
TOO_MUCH = "base_url must not have credentials, a query or a fragment"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("api.exec.com", f"{NO_URL}'api.exec.com'"),
        *((url, NO_URL) for url in ("", " ", "/rest/v1", "ftp://api.exec.com", "https://", "https://[bad")),
        *((f"https://{host}", NO_URL) for host in ("a b", "exa mple.com", "[::1", "a" * 70_000)),
        *((f"https://{host}", NO_URL) for host in ("xn--a/", "xn--\u00fc.example", "a.b\n.c", "a.b/c\n")),
        *((f"https://api.exec.com:{port}", NO_URL) for port in ("0x50", "99999")),
        ("http://localhost:65536", NO_URL),
        (" https://api.exec.com", NO_URL),
        (b"https://api.exec.com", "base_url must be a str, not bytes"),
        *((f"http://{host}", UNENCRYPTED) for host in ("api.exec.com/rest/v1", "0.0.0.0:8000")),
        *((f"http://{host}", UNENCRYPTED) for host in ("localhost.evil.com", "127.0.0.1.example.com")),
        ("HTTP://API.EXEC.COM", UNENCRYPTED),
        ("http://127.0.0.1\\@api.exec.com", "base_url"),
        *((f"http://{host}@api.exec.com", "base_url") for host in ("127.0.0.1", "localhost#")),
        *((f"https://{rest}", TOO_MUCH) for rest in ("user:secret@a.com", "a.com?a=secret", "a.com#secret")),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_wrong_base_urls(url: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        AsyncExecClient(KEY, base_url=url)
    assert problem in str(caught.value)
    assert len(str(caught.value)) < 400
    assert "secret" not in str(caught.value)


def test_the_base_url_comes_from_the_environment_unless_it_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert AsyncExecClient(KEY).base_url == "https://api.exec.com/rest/v1"
    monkeypatch.setenv("EXEC_BASE_URL", "https://eu.example.com/v1/")
    assert AsyncExecClient(KEY).base_url == "https://eu.example.com/v1"
    assert AsyncExecClient(KEY, base_url="https://x.example.com").base_url == "https://x.example.com"
    monkeypatch.setenv("EXEC_BASE_URL", "")
    assert AsyncExecClient(KEY).base_url == "https://api.exec.com/rest/v1"
    monkeypatch.setenv("EXEC_BASE_URL", "http://example.com")
    with pytest.raises(ConfigurationError, match="unencrypted"):
        AsyncExecClient(KEY)
