"""Read all sessions under a progress bar of rich; the first page says how many there are.

With EXEC_API_KEY set it reads that workspace, else a sandbox in this process with invented data.
"""

import asyncio
import os

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox


def connect() -> AsyncExecClient:
    if os.environ.get("EXEC_API_KEY"):
        return AsyncExecClient()
    return AsyncExecClient(SANDBOX_KEY, transport=Sandbox(latency=0.2).transport())


async def main() -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with connect() as client:
        with Progress(*columns) as progress:
            task = progress.add_task("Sessions", total=None)
            async for page in client.sessions.list().pages():
                progress.update(task, total=page.total_count, advance=len(page))


if __name__ == "__main__":
    asyncio.run(main())
