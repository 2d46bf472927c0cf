"""The base URL: where it comes from, and which ones are refused."""

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


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("api.exec.com", "is no https URL; write one such as 'https://api.exec.com/rest/v1'"),
        ("/rest/v1", "is no https URL"),
        ("ftp://api.exec.com", "is no https URL"),
        ("https://", "is no https URL"),
        ("https://[bad", "is no https URL"),
        ("https://api.exec.com/rest/v1\n", "is no https URL"),
        (" https://api.exec.com", "is no https URL"),
        ("https://a b", "is no https URL"),
        ("https://api.exec.com:0x50", "is no https URL"),
        ("https://api.exec.com:99999", "is no https URL"),
        ("http://api.exec.com/rest/v1", "would send the API key unencrypted; write https://"),
        ("http://localhost.evil.com", "would send the API key unencrypted"),
        ("https://user:secret@api.exec.com", "has credentials, a query or a fragment"),
        ("https://api.exec.com?a=1", "has credentials, a query or a fragment"),
        ("https://api.exec.com#x", "has credentials, a query or a fragment"),
    ],
)
def test_wrong_base_urls(url: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        AsyncExecClient(KEY, base_url=url)
    assert problem in str(caught.value)
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


@pytest.mark.parametrize(
    "url",
    [
        "http://api.exec.com/rest/v1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:8000",
        "HTTP://API.EXEC.COM",
    ],
)
def test_plain_http_goes_to_this_machine_only(url: str) -> None:
    with pytest.raises(ConfigurationError, match="would send the API key unencrypted; write https://"):
        AsyncExecClient(KEY, base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1\\@api.exec.com",
        "http://127.0.0.1@api.exec.com",
        "http://localhost#@api.exec.com",
        "https://[::1",
        "https://exa mple.com",
        "https://api.exec.com\n.example.com",
        "https://xn--\u00fc.example",
        "http://localhost:65536",
        "https://" + "a" * 70_000,
        "",
        " ",
        KEY,
    ],
)
def test_a_base_url_that_could_mean_another_host_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url"):
        AsyncExecClient(KEY, base_url=url)
