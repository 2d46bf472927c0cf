"""Downloads within limits: the only part of the generator on the network."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor

import httpx

from ..errors import GeneratorError, refuse
from .index import origin

AT_ONCE = 4
WAITS = (1.0, 2.0, 4.0)  # seconds before each further attempt
MOST_SECONDS = 30.0
MOST_BYTES = 10_000_000

_HEADERS = {"User-Agent": "exec-api-client-generator", "Accept": "text/markdown, text/plain, */*;q=0.1"}
_PASSING = (429, 500, 502, 503, 504)


def download(
    addresses: Collection[str],
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, bytes]:
    """Return the content of addresses, a few at once. A redirection to another host is not followed.

    Raises:
        GeneratorError: Some of them cannot be read; names each.
    """
    homes = {origin(address) for address in addresses}

    def stay(request: httpx.Request) -> None:
        if origin(str(request.url)) not in homes:
            raise GeneratorError(
                f"redirected to another host; if that is right, name it as SOURCE: {request.url}"
            )

    with (
        httpx.Client(
            headers=_HEADERS,
            timeout=MOST_SECONDS,
            transport=transport,
            follow_redirects=True,
            max_redirects=5,
            event_hooks={"request": [stay]},
        ) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        found = dict(zip(addresses, pool.map(lambda each: _try(client, each, sleep), addresses), strict=True))
    refuse(
        f"{address}: {content}" for address, content in found.items() if isinstance(content, GeneratorError)
    )
    return {address: content for address, content in found.items() if isinstance(content, bytes)}


def _try(client: httpx.Client, address: str, sleep: Callable[[float], None]) -> bytes | GeneratorError:
    """Return the content, or why it cannot be read."""
    problem = ""
    for wait in (0.0, *WAITS):
        if wait:
            sleep(wait)
        try:
            return _read(client, address)
        except GeneratorError as error:
            return error
        except httpx.HTTPStatusError as error:
            problem = f"status {error.response.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = f"no answer ({error or type(error).__name__})"
    return GeneratorError(f"{problem}, {len(WAITS) + 1} times; fetch again later")


def _read(client: httpx.Client, address: str) -> bytes:
    body = bytearray()
    end = time.monotonic() + MOST_SECONDS
    with client.stream("GET", address) as response:
        if response.status_code in _PASSING:
            response.raise_for_status()
        if response.status_code != 200:
            raise GeneratorError(f"status {response.status_code}; name an address that anyone can read")
        if "html" in response.headers.get("content-type", "").lower():
            raise GeneratorError("must be Markdown, YAML or JSON, not HTML; name another address")
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise GeneratorError(f"must have at most {MOST_BYTES:,} bytes; name another address")
            if time.monotonic() > end:
                raise httpx.ReadTimeout(f"not complete within {MOST_SECONDS:g} s")
    return bytes(body)
