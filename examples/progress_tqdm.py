"""Read all sessions under a progress bar of tqdm; the first page says how many there are.

With EXEC_API_KEY set it reads that workspace, else a sandbox in this process with invented data.
"""

import asyncio
import os

from tqdm import tqdm  # type: ignore[import-untyped]  # its types are a package of their own

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox


def connect() -> AsyncExecClient:
    if os.environ.get("EXEC_API_KEY"):
        return AsyncExecClient()
    return AsyncExecClient(SANDBOX_KEY, transport=Sandbox(latency=0.2).transport())


async def main() -> None:
    async with connect() as client:
        with tqdm(desc="Sessions", unit=" sessions") as bar:
            async for page in client.sessions.list().pages():
                bar.total = page.total_count
                bar.update(len(page))


if __name__ == "__main__":
    asyncio.run(main())
