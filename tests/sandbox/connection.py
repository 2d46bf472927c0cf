"""A connection to the sandbox to which any bytes can be written."""

import asyncio
import contextlib
from urllib.parse import urlsplit

from exec_api_client.sandbox import SANDBOX_KEY

KEY_LINE = f"Authorization: Bearer {SANDBOX_KEY}\r\n"
HEAD = f"Host: x\r\n{KEY_LINE}"


class Raw:
    """A connection to which any bytes can be written."""

    def __init__(self, base_url: str) -> None:
        self._address = urlsplit(base_url)

    async def __aenter__(self) -> "Raw":
        opening = asyncio.open_connection(self._address.hostname, self._address.port)
        self.reader, self.writer = await opening
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()

    async def send(self, text: str | bytes) -> None:
        self.writer.write(text.encode("latin-1") if isinstance(text, str) else text)
        await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        async with asyncio.timeout(5):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split()[1]), headers, body

    async def ended(self) -> bool:
        async with asyncio.timeout(5):
            return await self.reader.read() == b""
