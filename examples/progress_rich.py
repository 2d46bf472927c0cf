"""Read all sessions under a progress bar of rich; the first page says how many there are."""

import sys

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from workspace import arguments, connect, run

from exec_api_client.sandbox import Sandbox


async def main() -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with connect(sandbox=Sandbox(latency=0.2)) as client:
        with Progress(*columns) as progress:
            task = progress.add_task("Sessions", total=None)
            async for page in client.sessions.list().pages():
                progress.update(task, total=page.total_count, advance=len(page))


if __name__ == "__main__":
    arguments(__doc__)
    sys.exit(run(main()))
