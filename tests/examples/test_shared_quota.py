"""The web application with four workers beside the nightly export: one quota, and nobody fails."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from exec_api_client.sandbox import SANDBOX_KEY, Limits, Sandbox
from tests.examples.running import ROOT, SHORT, environment, python

WORKERS, VISITS = 4, 80
# Older than an hour, as the export wants them.
SESSIONS = 20


@asynccontextmanager
async def application(socket: Path, **settings: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of the application, whose workers have all started."""
    command = [sys.executable, "-m", "uvicorn", "tests.examples.short_windows:app", "--uds", str(socket)]
    server = await asyncio.create_subprocess_exec(
        *command,
        *("--workers", str(WORKERS)),
        cwd=ROOT,
        env=environment(**settings),
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    log = server.stderr
    assert log is not None
    try:
        started = 0
        async with asyncio.timeout(60):
            while started < WORKERS:
                line = await log.readline()
                assert line, "uvicorn has ended"
                started += b"startup complete" in line
        draining = asyncio.create_task(log.read())
        transport = httpx.AsyncHTTPTransport(uds=str(socket), limits=httpx.Limits(max_connections=40))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://application", timeout=60
        ) as browser:
            yield browser
    finally:
        server.terminate()
        await server.wait()
    await draining


async def test_four_workers_and_a_job_get_no_429(tmp_path: Path) -> None:
    store = str(tmp_path / "quota.db")
    sandbox = Sandbox(sessions=SESSIONS, limits=Limits(60, SHORT))
    async with sandbox.serve() as base_url:
        settings = {"EXEC_API_KEY": SANDBOX_KEY, "EXEC_BASE_URL": base_url, "EXEC_QUOTA": store}
        async with application(tmp_path / "web.sock", **settings) as browser:
            program = ["-m", "tests.examples.short_windows", "nightly_export.py", tmp_path / "out.jsonl"]
            export, *pages = await asyncio.gather(
                python(*program, cwd=ROOT, **settings),
                *(browser.get("/sessions", params={"page": number % 2 + 1}) for number in range(VISITS)),
            )
    assert (export.status, export.errors) == (0, "")
    assert f"{SESSIONS} new sessions" in export.output
    assert {page.status_code for page in pages} == {200}
    assert {request.status for request in sandbox.requests} == {200}
    assert len(sandbox.requests) == VISITS + SESSIONS + 1
