"""The client on real sockets: answers, failed connections, proxies, certificates."""

import asyncio
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from exec_api_client import (
    APIConnectionError,
    APITimeoutError,
    AsyncExecClient,
    ConfigurationError,
)
from tests.client.clients import plain
from tests.fakes import KEY, ONCE, Api, Time
from tests.faults.server import MANY, READ, WAIT, RawServer, serving


def on_socket(server: RawServer | str, **settings: Any) -> AsyncExecClient:
    """A client on the network, whose waits between attempts are virtual."""
    return plain(server, **{"_environment": Time().environment, "trust_env": False, **settings})


async def test_copies_share_their_connections() -> None:
    async with serving(MANY) as server, on_socket(server) as client:
        await client.sessions.get("x")
        await client.with_options(timeout=5).sessions.get("y")
        await client.sessions.get("z", timeout=5)
    assert len(server.heads) == 3
    assert server.connections == 1


async def test_a_proxy_that_refuses_is_to_be_checked() -> None:
    async with Api(httpx.ProxyError("407 Proxy Authentication Required")).client(retry=ONCE) as client:
        with pytest.raises(
            APIConnectionError, match=r"407 .*; check the proxy: .* http://user:password@host:port"
        ):
            await client.sessions.get("x")


async def test_a_connection_that_is_not_made_in_time_names_where_to() -> None:
    """As with https to a port that speaks plain HTTP: each side waits for the other."""
    async with serving((WAIT,)) as server:
        url = server.base_url.replace("http:", "https:")
        async with plain(url, timeout=0.05, retry=ONCE) as client:
            with pytest.raises(
                APITimeoutError, match=rf"ConnectTimeout: .*; nothing answers at {url}: check"
            ):
                await client.sessions.get("x")


async def test_a_proxy_of_the_environment_is_used_only_if_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving((READ, b"HTTP/1.1 403 Forbidden\r\n\r\n")) as proxy:
        address = proxy.base_url.removesuffix("/rest/v1")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, address)
        target = "https://api.exec.invalid/rest/v1"
        async with plain(target, trust_env=True, retry=ONCE) as client:
            with pytest.raises(APIConnectionError, match="ProxyError: 403 Forbidden"):
                await client.sessions.get("x")
        assert [head.split(b"\r\n")[0] for head in proxy.heads] == [b"CONNECT api.exec.invalid:443 HTTP/1.1"]
        assert KEY.encode() not in b"".join(proxy.heads)
        async with plain(target, trust_env=False, retry=ONCE) as client:
            with pytest.raises(APIConnectionError, match="ConnectError"):
                await client.sessions.get("x")
        assert proxy.requests == 1
        # Nor does an unencrypted key leave this machine by way of a proxy.
        async with serving(MANY) as server, plain(server, trust_env=True) as client:
            assert (await client.sessions.get("x")).id == "x"
        assert proxy.requests == 1


# --- the environment


async def test_certificates_are_read_once_outside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes some 30 ms, in which the event loop would stand still."""
    threads = list[str]()
    create = httpx.create_ssl_context

    def spy(**settings: Any) -> ssl.SSLContext:
        threads.append(threading.current_thread().name)
        return create(**settings)

    monkeypatch.setattr(httpx, "create_ssl_context", spy)
    async with serving(*[(WAIT,)] * 3) as server:
        client = plain(server.base_url.replace("http:", "https:"), timeout=0.05, retry=ONCE)
        assert threads == []
        async with client:
            calls = (client.sessions.get(name) for name in "abc")
            failures = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(failure) for failure in failures] == [APITimeoutError] * 3
    assert len(threads) == 1
    assert threads != [threading.main_thread().name]


async def test_certificates_that_cannot_be_read_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("missing.pem", "empty.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        async with AsyncExecClient(KEY) as client:
            with pytest.raises(ConfigurationError, match="correct SSL_CERT_FILE or SSL_CERT_DIR"):
                await client.sessions.get("x")


@pytest.mark.parametrize(
    ("environment", "proxied"),
    [
        ({"NO_PROXY": "fe80::/10"}, True),
        ({"NO_PROXY": "http://[,*.,:::,10.0.0.0/8"}, True),
        ({"NO_PROXY": "exec.invalid"}, False),
        ({"NO_PROXY": "*"}, False),
        ({"NO_PROXY": "fe80::/10", "HTTPS_PROXY": ""}, False),
        ({"HTTPS_PROXY": "", "ALL_PROXY": "{proxy}"}, True),
    ],
)
async def test_any_no_proxy_is_taken(
    environment: dict[str, str], proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving((READ, b"HTTP/1.1 403 Forbidden\r\n\r\n")) as proxy:
        address = proxy.base_url.removeprefix("http://").removesuffix("/rest/v1")
        for name, value in {"HTTPS_PROXY": "{proxy}", **environment}.items():
            monkeypatch.setenv(name, value.replace("{proxy}", address))
        async with plain("https://api.exec.invalid/rest/v1", retry=ONCE) as client:
            with pytest.raises(APIConnectionError, match="ProxyError" if proxied else "ConnectError"):
                await client.sessions.get("x")
    assert proxy.requests == proxied


@pytest.mark.parametrize("proxy", ["nonsense://x", "http://x:port", "socks5://user:secret@x:1"])
async def test_a_proxy_that_cannot_be_used_is_refused(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    async with AsyncExecClient(KEY) as client:
        with pytest.raises(ConfigurationError, match="correct HTTPS_PROXY or ALL_PROXY") as caught:
            await client.sessions.get("x")
    assert "secret" not in str(caught.value)


async def test_a_certificate_that_python_3_13_refuses_gets_advice_that_helps() -> None:
    refused = ssl.SSLCertVerificationError(1, "Basic Constraints of CA cert not marked critical")
    refused.verify_code = 89
    connect = httpx.ConnectError("certificate verify failed")
    connect.__cause__ = refused
    async with Api(connect).client() as client:
        with pytest.raises(
            APIConnectionError, match=r"http_client=.* without ssl\.VERIFY_X509_STRICT"
        ) as caught:
            await client.sessions.get("x")
    assert not caught.value.transient
