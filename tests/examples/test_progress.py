"""examples/progress_*.py as a user runs them: processes of their own, with bars that end full."""

import pytest

from exec_api_client.sandbox import SANDBOX_KEY, Sandbox
from tests.examples.running import python


async def output_of(script: str, **settings: str) -> str:
    """What the script prints, its bar included, wherever that goes."""
    run = await python(script, **settings)
    assert run.status == 0, run.errors
    return run.output + run.errors


@pytest.mark.parametrize("script", ["progress_rich.py", "progress_tqdm.py"])
async def test_the_bar_counts_all_rows_and_its_total_costs_no_request(script: str) -> None:
    sandbox = Sandbox(sessions=400)
    async with sandbox.serve() as base_url:
        output = await output_of(script, EXEC_API_KEY=SANDBOX_KEY, EXEC_BASE_URL=base_url)
    assert "400/400" in output
    assert [request.status for request in sandbox.requests] == [200] * 4


@pytest.mark.parametrize("script", ["progress_rich.py", "progress_tqdm.py"])
async def test_without_a_key_it_reads_a_sandbox_in_its_own_process(script: str) -> None:
    assert "400/400" in await output_of(script, EXEC_BASE_URL="http://127.0.0.1:9/rest/v1")
