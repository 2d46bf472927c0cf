"""What a program pays before its first request: import, build a client, touch the first resource."""

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from exec_api_client.sandbox import SANDBOX_KEY

from .measure import Sample, against, paired
from .peers import STOCK

ROUNDS = 15

OURS = "exec-api-client"
BARE = "httpx"

PROGRAMS = {
    OURS: f"from exec_api_client import AsyncExecClient; AsyncExecClient({SANDBOX_KEY!r}).sessions",
    BARE: "import httpx; httpx.AsyncClient(base_url='https://api.exec.com/rest/v1').get",
    "stock client": f"""\
from {STOCK} import AuthenticatedClient
from {STOCK}.api.sessions import list_sessions
AuthenticatedClient('https://api.exec.com/rest/v1', {SANDBOX_KEY!r}).get_async_httpx_client()""",
    "openai's SDK": f"from openai import AsyncOpenAI; AsyncOpenAI(api_key={SANDBOX_KEY!r}).models",
}


def samples(stock: Path) -> dict[str, Sample]:
    """Seconds for a whole process, less those of one that does nothing; `stock` holds the stock client."""
    programs = {name: code for name, code in PROGRAMS.items() if "openai" not in code or find_spec("openai")}
    root = Path(__file__).parent.parent
    timed = {name: _timed(code, root, stock) for name, code in {**programs, "nothing": "pass"}.items()}
    found = paired(timed, ROUNDS)
    nothing = found.pop("nothing").median
    return {name: Sample(*(seconds - nothing for seconds in sample)) for name, sample in found.items()}


def _timed(code: str, *folders: Path) -> Callable[[], float]:
    # -I: nothing of the environment's takes part, and its finders do not search for ours.
    paths = f"import sys; sys.path[:0] = {[str(folder) for folder in folders]!r}\n"

    def measure() -> float:
        start = perf_counter()
        subprocess.run([sys.executable, "-I", "-c", paths + code], check=True)
        return perf_counter() - start

    return measure


def report(found: dict[str, Sample]) -> str:
    """The table of the imports."""
    return f"""## Import, build a client, touch the first resource

{against(found, BARE, scale=1e3, unit="ms")}
"""
