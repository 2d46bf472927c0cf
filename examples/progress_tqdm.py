"""Read all sessions under a progress bar of tqdm; the first page says how many there are."""

import sys

from tqdm import tqdm  # type: ignore[import-untyped]  # its types are a package of their own
from workspace import arguments, connect, run

from exec_api_client.sandbox import Sandbox


async def main() -> None:
    async with connect(sandbox=Sandbox(latency=0.2)) as client:
        with tqdm(desc="Sessions", unit=" sessions") as bar:
            async for page in client.sessions.list().pages():
                bar.total = page.total_count
                bar.update(len(page))


if __name__ == "__main__":
    arguments(__doc__)
    sys.exit(run(main()))
