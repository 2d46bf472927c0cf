"""What is said about the environment of a call, case by case, and that httpx sees its proxies likewise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx
import pytest

from exec_api_client import AsyncExecClient, ConfigurationError
from exec_api_client.__main__ import certified
from exec_api_client._copies import REQUIREMENTS
from exec_api_client._environment import (
    Finding,
    certificate_findings,
    findings,
    key_finding,
    proxy_finding,
    requirement_finding,
    url_finding,
)
from exec_api_client.client import BASE_URL
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.fakes import KEY, ROOT

CERTIFICATES = ROOT / "tests/faults/loopback.pem"
VERSIONS = {"httpx": "0.28.1", "attrs": "25.4.0", "python-dateutil": "2.9.0.post0", "orjson": "3.11.0"}


def look(environ: Mapping[str, str], **versions: str) -> dict[str, Finding]:
    """What is found where no proxy is set and no file is there."""
    known = {**VERSIONS, **versions}
    found = findings(environ, {}, lambda _: False, known.get, lambda *_: False)
    return {finding.name: finding for finding in found}


def test_what_is_right_is_said_to_be() -> None:
    found = look({"EXEC_API_KEY": f" {KEY}\n"})
    assert [finding.name for finding in found.values() if not finding.right] == []
    assert {name: found[name].said for name in VERSIONS} == VERSIONS
    assert found["EXEC_BASE_URL"].said == f"not set: {BASE_URL}"
    assert found["Python"].said.startswith("3.")
    assert found["proxy"].said == "none"


def test_all_that_the_package_needs_is_looked_at() -> None:
    needed = {requirement.partition(">")[0] for requirement in REQUIREMENTS}
    assert needed == {"httpx", "attrs", "python-dateutil"}
    assert needed < look({}).keys()


@pytest.mark.parametrize("key", [None, "", " \n"])
def test_a_key_that_is_not_there(key: str | None) -> None:
    finding = key_finding(key)
    assert not finding.right
    assert finding.said.startswith("not set: make a key in Exec under Settings > API")


@pytest.mark.parametrize(
    "key",
    [
        KEY[:-1],
        f"{KEY}x",
        KEY.removeprefix("exec_live_"),
        f'"{KEY}"',
        f"Bearer {KEY}",
        KEY[:-1] + "-",
        "other",
    ],
)
def test_a_key_of_another_form_is_not_shown(key: str) -> None:
    finding = key_finding(key)
    assert not finding.right
    assert "40 letters or digits: copy the whole key again" in finding.said
    assert "a1B2" not in finding.said
    assert "other" not in finding.said


def test_a_base_url_is_shown_as_it_is_used() -> None:
    assert url_finding("https://api.test/rest/v1/") == Finding("EXEC_BASE_URL", "https://api.test/rest/v1")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("api.exec.com", "EXEC_BASE_URL='api.exec.com' is no https URL; write one such as 'https://"),
        ("http://api.exec.com", "would send the API key unencrypted; write https://"),
        ("https://me:secret@api.exec.com", "EXEC_BASE_URL has credentials"),
        (KEY, "holds an API key: set EXEC_API_KEY to that"),
        (f"https://api.exec.com/{KEY[:-3]}-x", "holds an API key"),
    ],
)
def test_a_base_url_that_cannot_be_used(url: str, said: str) -> None:
    finding = url_finding(url)
    assert not finding.right
    assert said in finding.said
    assert "a1B2" not in finding.said
    assert "secret" not in finding.said


@pytest.mark.parametrize(
    ("requirement", "installed", "right"),
    [
        ("httpx>=0.28,<1", "0.28", True),
        ("httpx>=0.28,<1", "0.28.1", True),
        ("httpx>=0.28,<1", "0.27.2", False),
        ("httpx>=0.28,<1", "1.0", False),
        ("httpx>=0.28,<1", "1.0.dev3", False),
        ("attrs>=22.2.0", "22.1.9", False),
        ("attrs>=22.2.0", "100.0", True),
        ("python-dateutil>=2.9.0", "2.9.0.post0", True),
        ("other<2", "1.9", True),
        ("other", "0", True),
    ],
)
def test_versions(requirement: str, installed: str, right: bool) -> None:
    finding = requirement_finding(requirement, lambda _: installed)
    assert finding.right is right
    assert finding.said == (installed if right else f"{installed} will not do: install {requirement}")


def test_a_version_that_is_not_known_is_no_problem() -> None:
    found = look({"EXEC_API_KEY": KEY})
    assert requirement_finding("httpx>=0.28,<1", lambda _: None).right
    assert found["orjson"].right
    assert findings({}, {}, bool, lambda _: None, lambda *_: True)[-1].said.startswith(
        "not there, which is fine"
    )


def test_certificates_that_the_environment_names() -> None:
    environ = {"SSL_CERT_FILE": "/etc/some.pem", "SSL_CERT_DIR": "/etc/some"}
    assert certificate_findings({}, lambda *_: False) == []
    assert certificate_findings(environ, lambda *_: True) == [Finding(*named) for named in environ.items()]
    assert [str(finding.said) for finding in certificate_findings(environ, lambda *_: False)] == [
        "/etc/some.pem is no PEM file with certificates: name one, or leave SSL_CERT_FILE out",
        "/etc/some is no folder of certificates: name one, or leave SSL_CERT_DIR out",
    ]


@pytest.mark.parametrize(
    ("name", "path", "right"),
    [
        ("SSL_CERT_FILE", CERTIFICATES, True),
        ("SSL_CERT_FILE", CERTIFICATES.parent, False),
        ("SSL_CERT_FILE", CERTIFICATES.with_name("gone.pem"), False),
        ("SSL_CERT_FILE", __file__, False),
        ("SSL_CERT_DIR", CERTIFICATES.parent, True),
        ("SSL_CERT_DIR", f"/gone{os.pathsep}{CERTIFICATES.parent}", True),
        ("SSL_CERT_DIR", CERTIFICATES, False),
    ],
)
def test_certificates_are_looked_into(
    name: str, path: Path | str, right: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", "/gone/keys")  # is none of theirs
    assert certified(name, str(path)) is right


PROXY = "http://user:secret@proxy.test:3128"


@pytest.mark.parametrize(
    ("url", "proxies", "said"),
    [
        (BASE_URL, {}, "none"),
        (BASE_URL, {"https": PROXY}, "http://proxy.test:3128 for api.exec.com"),
        (BASE_URL, {"all": PROXY}, "http://proxy.test:3128 for api.exec.com"),
        (BASE_URL, {"all": PROXY, "https": "http://other.test"}, "http://other.test for api.exec.com"),
        (BASE_URL, {"https": "user:secret@proxy.test:3128"}, "http://proxy.test:3128 for api.exec.com"),
        (BASE_URL, {"https": "socks5://proxy.test"}, "socks5://proxy.test for api.exec.com"),
        (BASE_URL, {"http": PROXY}, "none for api.exec.com"),
        ("https://intern.test/v1", {"https": PROXY}, "none for intern.test"),
        ("http://127.0.0.1:8787/rest/v1", {"all": PROXY, "http": PROXY}, "none for 127.0.0.1"),
        ("https://localhost/rest/v1", {"https": PROXY}, "none for localhost"),
    ],
)
def test_the_proxy_that_is_used(url: str, proxies: dict[str, str], said: str) -> None:
    found = proxy_finding(url, proxies, "intern.test".__eq__, lambda _: "1.0")
    assert found == Finding("proxy", said)


@pytest.mark.parametrize(
    ("proxies", "said"),
    [
        ({"https": "ftp://user:secret@proxy.test"}, "HTTPS_PROXY is no proxy: write http://host:port, "),
        ({"http": "socks4://proxy.test"}, "HTTP_PROXY is no proxy"),
        ({"all": "http://[::1"}, "ALL_PROXY is no proxy"),
        ({"all": "http://proxy.test:99999"}, "ALL_PROXY is no proxy"),
        ({"all": "http://proxy.test:port"}, "ALL_PROXY is no proxy"),
        ({"all": "socks5://proxy.test"}, "which needs one more package: install httpx[socks]"),
    ],
)
def test_a_proxy_that_cannot_be_used(proxies: dict[str, str], said: str) -> None:
    found = proxy_finding(BASE_URL, proxies, lambda _: False, lambda _: None)
    assert not found.right
    assert said in found.said
    assert "secret" not in found.said


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without proxies."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize("url", [BASE_URL, "https://intern.test/v1"])
@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTPS_PROXY": PROXY},
        {"HTTP_PROXY": PROXY},
        {"ALL_PROXY": "proxy.test:3128"},
        {"ALL_PROXY": PROXY, "NO_PROXY": "intern.test"},
        {"https_proxy": PROXY, "NO_PROXY": "*"},
        {"HTTPS_PROXY": PROXY, "NO_PROXY": ".exec.com, other.test"},
        {"HTTPS_PROXY": ""},
    ],
)
async def test_httpx_uses_the_proxy_that_is_said(
    url: str, environ: dict[str, str], bare: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        bare.setenv(name, value)
    async with httpx.AsyncClient() as client:
        pool: Any = client._transport_for_url(httpx.URL(url))
        proxied = hasattr(pool._pool, "_proxy_url")
    said = proxy_finding(url, getproxies(), proxy_bypass, lambda _: None).said
    assert proxied is said.startswith("http://proxy.test:3128"), said


@pytest.mark.parametrize(
    ("excepted", "right"),
    [
        ("localhost,127.0.0.1,::1,.intern.test,10.0.0.0/8,host.test:8080,fe80::1", True),
        ("http://host.test,https://[::1]:80", True),
        ("a.test,,b.test, ", True),
        ("fe80::/10", False),
        ("a.test,[::1]", False),
        ("[::1]:80", False),
        ("localhost:abc", False),
        ("*,[::1]", True),  # goes by no proxy at all
    ],
)
@pytest.mark.parametrize("proxy", ["", PROXY])
async def test_what_httpx_cannot_read_is_no_exception(
    excepted: str, right: bool, proxy: str, bare: pytest.MonkeyPatch
) -> None:
    bare.setenv("NO_PROXY", excepted)
    bare.setenv("HTTPS_PROXY", proxy)
    found = proxy_finding(BASE_URL, getproxies(), proxy_bypass, lambda _: None)
    assert found.right is right
    assert right or "write hosts, addresses or host:port" in found.said
    try:
        await httpx.AsyncClient().aclose()
    except httpx.InvalidURL:
        assert not right
    else:
        assert right


async def test_no_proxy_stands_between_a_client_and_its_own_machine(bare: pytest.MonkeyPatch) -> None:
    for scheme in ("HTTP", "HTTPS", "ALL"):
        bare.setenv(f"{scheme}_PROXY", "http://proxy.invalid:1")
    async with Sandbox().serve() as base_url:
        assert (
            proxy_finding(base_url, getproxies(), proxy_bypass, lambda _: None).said == "none for 127.0.0.1"
        )
        async with AsyncExecClient(SANDBOX_KEY, base_url=base_url) as client:
            assert await client.sessions.list().count() == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PROXY", "socks4://user:secret@proxy.test"),
        ("NO_PROXY", "localhost,fe80::/10"),
        ("SSL_CERT_FILE", "no-such-file.pem"),
        ("SSL_CERT_FILE", __file__),
    ],
)
async def test_what_the_environment_names_and_cannot_be_used_ends_each_call_with_advice(
    bare: pytest.MonkeyPatch, name: str, value: str
) -> None:
    bare.setenv(name, value)
    async with AsyncExecClient(KEY, base_url=BASE_URL) as client:
        for _ in range(2):
            with pytest.raises(ConfigurationError) as caught:
                await client.sessions.list()
            said = str(caught.value)
            assert said.startswith("the proxies and certificates that the environment names cannot be used (")
            assert "; `python -m exec_api_client` looks at each, trust_env=False passes them over" in said
            assert "secret" not in said
