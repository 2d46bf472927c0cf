"""What a call needs of its environment, and what to do where something is wrong; pure.

Nothing here says more of the key than whether it has the right form.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from ._copies import REQUIREMENTS, REQUIRES_PYTHON
from ._transport.http import LOOPBACK, checked_base_url
from .client import BASE_URL
from .errors import ConfigurationError

SETTINGS = "Settings > API"

_PREFIX = "exec_live_"
_KEY = re.compile(rf"{_PREFIX}[A-Za-z0-9]{{40}}")
_PROXIES = ("http", "https", "socks5", "socks5h")
_CERTIFICATES = {"SSL_CERT_FILE": "PEM file with certificates", "SSL_CERT_DIR": "folder of certificates"}


class Finding(NamedTuple):
    """What was found about one thing.

    Attributes:
        name: What was looked at.
        said: What it is; where it is wrong, what is wrong with it and what to do.
        right: Whether calls can be made with it.
    """

    name: str
    said: str
    right: bool = True


def findings(
    environ: Mapping[str, str],
    proxies: Mapping[str, str],
    bypassed: Callable[[str], object],
    version_of: Callable[[str], str | None],
    certified: Callable[[str, str], bool],
) -> list[Finding]:
    """Look at all that a call needs, without making one.

    Args:
        environ: The environment variables.
        proxies: A proxy by the scheme of what goes through it, as `urllib.request.getproxies` gives them.
        bypassed: Whether a host is reached without a proxy.
        version_of: The installed version of a distribution; None where it is not known.
        certified: Whether certificates can be read from where a variable says, by its name and value.
    """
    url = environ.get("EXEC_BASE_URL")
    orjson = version_of("orjson") or "not there, which is fine: json does its work"
    return [
        key_finding(environ.get("EXEC_API_KEY")),
        url_finding(url),
        proxy_finding(url or BASE_URL, proxies, bypassed, version_of),
        *certificate_findings(environ, certified),
        requirement_finding(f"Python{REQUIRES_PYTHON}", lambda _: platform.python_version()),
        *(requirement_finding(requirement, version_of) for requirement in REQUIREMENTS),
        Finding("orjson", orjson),
    ]


def key_finding(key: str | None) -> Finding:
    """Whether a key is there and has the form of one.

    Args:
        key: The value of EXEC_API_KEY.
    """
    name = "EXEC_API_KEY"
    bare = (key or "").strip()
    if not bare:
        return Finding(name, f"not set: make a key in Exec under {SETTINGS} and set {name} to it", False)
    form = f"{_PREFIX} and 40 letters or digits"
    if _KEY.fullmatch(bare):
        return Finding(name, f"set: {form}")
    wanted = f"copy the whole key again from {SETTINGS}, without quotation marks"
    return Finding(name, f"set, but not to {form}: {wanted}", False)


def url_finding(url: str | None) -> Finding:
    """Whether the base URL can be used.

    Args:
        url: The value of EXEC_BASE_URL.
    """
    name = "EXEC_BASE_URL"
    if not url:
        return Finding(name, f"not set: {BASE_URL}")
    if _PREFIX in url:
        return Finding(name, f"holds an API key: set EXEC_API_KEY to that, and leave {name} out", False)
    try:
        return Finding(name, checked_base_url(url))
    except ConfigurationError as error:
        return Finding(name, str(error).replace("base_url", name), False)


def proxy_finding(
    url: str,
    proxies: Mapping[str, str],
    bypassed: Callable[[str], object],
    version_of: Callable[[str], str | None],
) -> Finding:
    """Which proxy a call would go through, by the environment; without the proxy's credentials.

    Args:
        url: The base URL.
        proxies: A proxy by the scheme of what goes through it.
        bypassed: Whether a host is reached without a proxy.
        version_of: The installed version of a distribution; None where it is not known.
    """
    name = "proxy"
    target = _split(url)
    host = target.hostname or ""
    given = {scheme: proxy for scheme in ("http", "https", "all") if (proxy := proxies.get(scheme))}
    exempt = [entry.strip() for entry in proxies.get("no", "").split(",")]
    if host in LOOPBACK or "*" in exempt:
        return Finding(name, f"none for {host}" if given else "none")
    for entry in exempt:
        if not _can_be_exempt(entry):  # httpx reads it where there is no proxy, too
            return Finding(name, f"NO_PROXY has {entry!r}: write hosts, addresses or host:port", False)
    if not given:
        return Finding(name, "none")
    for scheme, proxy in given.items():
        if problem := _wrong_proxy(proxy, version_of):  # also one for another scheme ends each call
            return Finding(name, f"{scheme.upper()}_PROXY {problem}", False)
    proxy = given.get(target.scheme) or given.get("all")
    if not proxy or bypassed(host):
        return Finding(name, f"none for {host}")
    parts = _split_proxy(proxy)
    return Finding(name, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]} for {host}")


def certificate_findings(environ: Mapping[str, str], certified: Callable[[str, str], bool]) -> list[Finding]:
    """Whether the certificates can be read that the environment names, if it names any.

    Args:
        environ: The environment variables.
        certified: Whether certificates can be read from where a variable says, by its name and value.
    """
    return [
        Finding(name, path)
        if certified(name, path)
        else Finding(name, f"{path} is no {kind}: name one, or leave {name} out", False)
        for name, kind in _CERTIFICATES.items()
        if (path := environ.get(name))
    ]


def requirement_finding(requirement: str, version_of: Callable[[str], str | None]) -> Finding:
    """Whether a distribution is there in a version that will do.

    Args:
        requirement: Such as `httpx>=0.28,<1`.
        version_of: The installed version of a distribution; None where it is not known.
    """
    name, *bounds = re.split(r",|(?=>)|(?<!,)(?=<)", requirement)
    found = version_of(name)
    if found is None:
        return Finding(name, "there, in a version that its installation does not name")
    if all(_within(found, bound) for bound in bounds):
        return Finding(name, found)
    return Finding(name, f"{found} will not do: install {requirement}", False)


def _within(found: str, bound: str) -> bool:
    if bound.startswith(">="):
        return _numbers(found) >= _numbers(bound[2:])
    return _numbers(found) < _numbers(bound.removeprefix("<"))


def _numbers(text: str) -> list[int]:
    # A release like "1.0rc1" counts as 1.0.
    leading = re.match(r"\d+(\.\d+)*", text)
    return [int(part) for part in leading[0].split(".")] if leading else []


def _wrong_proxy(proxy: str, version_of: Callable[[str], str | None]) -> str:
    parts = _split_proxy(proxy)
    if parts.scheme not in _PROXIES or not parts.hostname or not _has_port(parts):
        return f"is no proxy: write {', '.join(f'{scheme}://host:port' for scheme in _PROXIES)}"
    if parts.scheme.startswith("socks") and version_of("socksio") is None:
        return "is a SOCKS proxy, which needs one more package: install httpx[socks]"
    return ""


def _can_be_exempt(entry: str) -> bool:
    """Whether an entry of NO_PROXY is one that httpx can read; ranges and brackets of IPv6 are none."""
    if "://" in entry:
        return _has_port(_split(entry))
    host, colon, port = entry.rpartition(":")
    return not colon or (port.isdecimal() and ":" not in host) or _is_ipv6(entry)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:  # no number, or too large a one
        return False


def _split_proxy(proxy: str) -> SplitResult:
    return _split(proxy if "://" in proxy else f"http://{proxy}")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # half of an IPv6 address
        return urlsplit("")
