"""Get what addresses hold, politely and within limits: the only part of the generator on the network."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urljoin

import httpx

from .index import FetchError, origin

Sleep = Callable[[float], Awaitable[None]]

_HEADERS = {
    "User-Agent": f"exec-api-client-generator/{version('exec-api-client')} (make fetch)",
    "Accept": "text/markdown, text/plain, application/yaml, application/json, */*;q=0.1",
    "Accept-Encoding": "gzip",
}
_HTML = re.compile(rb"(?i)\s*<(!doctype\s+html|html)\b")
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked for, and how long it may take; times are in seconds."""

    at_once: int = 4
    tries: int = 4
    redirects: int = 5
    request_seconds: float = 30.0
    wait_seconds: float = 60.0
    all_seconds: float = 600.0
    page_bytes: int = 10_000_000
    all_bytes: int = 200_000_000
    pages: int = 2_000


LIMITS = Limits()


class _PassingError(Exception):
    """A failure that the next attempt may not meet."""

    def __init__(self, problem: str, wait: float = 0.0) -> None:
        super().__init__(problem)
        self.wait = wait


class _EnoughError(FetchError):
    """A failure that ends the run, and not only the one address."""


class Downloads:
    """One run's requests, which share its limits.

    Args:
        client: Sends what it is told and follows no redirect; see `client`.
        sleep: Waits before another attempt.
        now: The present as a Unix time.
    """

    def __init__(
        self, client: httpx.AsyncClient, limits: Limits, sleep: Sleep, now: Callable[[], float]
    ) -> None:
        self._client = client
        self._limits = limits
        self._sleep = sleep
        self._now = now
        self._slots = asyncio.Semaphore(limits.at_once)
        self._bytes = 0

    async def get(self, addresses: Iterable[str]) -> dict[str, bytes]:
        """The content of each address; a FetchError names all that cannot be had.

        A server that does not answer is not asked for the rest.
        """
        tasks: dict[str, asyncio.Task[bytes | FetchError]] = {}
        ended: list[_EnoughError] = []
        try:
            async with asyncio.TaskGroup() as group:
                for address in addresses:
                    tasks[address] = group.create_task(self._content(address))
        except* _EnoughError as errors:
            ended += [error for error in errors.exceptions if isinstance(error, _EnoughError)]
        if ended:
            raise ended[0]
        answers = {address: task.result() for address, task in tasks.items()}
        refused = [answer for answer in answers.values() if isinstance(answer, FetchError)]
        if refused:
            raise FetchError(*(problem for error in refused for problem in error.problems))
        return {address: answer for address, answer in answers.items() if isinstance(answer, bytes)}

    async def _content(self, address: str) -> bytes | FetchError:
        """The content, or why this address has none; what concerns all of them is raised."""
        async with self._slots:
            for attempt in range(self._limits.tries):
                try:
                    async with asyncio.timeout(self._limits.request_seconds):
                        return await self._followed(address)
                except _EnoughError:
                    raise
                except FetchError as error:
                    return error
                except TimeoutError:
                    passing = _PassingError(f"no whole answer within {self._limits.request_seconds:g} s")
                except httpx.TransportError as error:
                    passing = _PassingError(f"no answer ({str(error) or type(error).__name__})")
                except _PassingError as error:
                    passing = error
                if passing.wait > self._limits.wait_seconds:
                    raise _EnoughError(f"{address}: {passing}, for {passing.wait:g} s; fetch again later")
                if attempt + 1 < self._limits.tries:
                    await self._sleep(max(passing.wait, 2.0**attempt))
        raise _EnoughError(f"{address}: {passing}, {self._limits.tries} times; fetch again later")

    async def _followed(self, address: str) -> bytes:
        at = address
        for _ in range(self._limits.redirects + 1):
            answer = await self._once(at)
            if isinstance(answer, bytes):
                return answer
            if origin(answer) != origin(address):
                raise FetchError(
                    f"{address}: redirected to another host, which is not followed; "
                    f"if that is right, name it as SOURCE: {answer}"
                )
            at = answer
        raise FetchError(f"{address}: redirected more than {self._limits.redirects} times; ask the publisher")

    async def _once(self, address: str) -> bytes | str:
        """The content, or the address that another request has to go to."""
        try:
            request = self._client.build_request("GET", address)
        except httpx.InvalidURL as error:
            raise FetchError(f"{address}: not an address ({error}); write https://host/path") from error
        answer = await self._client.send(request, stream=True)
        try:
            status, headers = answer.status_code, answer.headers
            if status in _REDIRECTS and "location" in headers:
                return _target(address, headers["location"])
            if status in _PASSING:
                raise _PassingError(f"status {status}", wait_asked(headers.get("retry-after"), self._now()))
            if status != 200:
                raise FetchError(f"{address}: status {status}; name an address that can be read by anyone")
            if "html" in headers.get("content-type", "").lower():
                raise _html(address)
            body = await self._body(address, answer)
            if _HTML.match(body):
                raise _html(address)
            return body
        finally:
            await answer.aclose()

    async def _body(self, address: str, answer: httpx.Response) -> bytes:
        """The body, of which no more is unpacked or kept than the limits allow."""
        encoding = answer.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip"):
            raise FetchError(
                f"{address}: packed as {encoding}, though only gzip was asked for; save it as a file"
            )
        unpacked = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
        most, received, body = self._limits.page_bytes, 0, bytearray()
        async for chunk in answer.aiter_raw():
            received += len(chunk)
            try:
                content = unpacked.decompress(chunk, most + 1 - len(body)) if unpacked else chunk
            except zlib.error as error:
                raise _PassingError(f"not what gzip packs ({error})") from error
            body += content
            if max(received, len(body)) > most:
                raise FetchError(f"{address}: longer than {most:,} bytes; no page is, name another address")
            self._bytes += len(content)
            if self._bytes > self._limits.all_bytes:
                raise _EnoughError(
                    f"{address}: all pages together have more than {self._limits.all_bytes:,} bytes; "
                    "name fewer sources"
                )
        if unpacked and not unpacked.eof:
            raise _PassingError("what gzip packed ends too early")
        return bytes(body)


def client(limits: Limits) -> httpx.AsyncClient:
    """A client without any key, that leaves redirects and unpacking to `Downloads`."""
    return httpx.AsyncClient(
        headers=_HEADERS,
        follow_redirects=False,
        timeout=limits.request_seconds,
        limits=httpx.Limits(max_connections=limits.at_once),
    )


def _html(address: str) -> FetchError:
    return FetchError(
        f"{address}: an HTML page where text should be (an error page, or one to log in?); "
        "name the Markdown page, the index or the document itself"
    )


def wait_asked(text: str | None, now: float) -> float:
    """The seconds of a `Retry-After`, which is a number or a date; 0 where it says nothing."""
    if text is None:
        return 0.0
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)


def _target(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError as error:
        raise FetchError(f"{address}: redirected to {location}, which is no address") from error
