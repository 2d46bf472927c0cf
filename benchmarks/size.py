"""Lines of hand-written Python in each room, against its budget. It only tells."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "exec_api_client"
GENERATED, SANDBOX = PACKAGE / "generated", PACKAGE / "sandbox"

# Room, folders or files that do not belong to it, budget in lines.
ROOMS = [
    (PACKAGE, (GENERATED, SANDBOX), 4000),
    (PACKAGE / "pagination", (), 750),
    (PACKAGE / "_transport", (), 800),
    (PACKAGE / "_runtime", (), 600),
    (PACKAGE / "limits", (), 450),
    (PACKAGE / "sync.py", (), 330),
    (PACKAGE / "vendor.py", (), 200),
    (PACKAGE / "__main__.py", (), 80),
    (SANDBOX, (), 3000),
    (ROOT / "generator", (), 3200),
    (ROOT / "tests", (), 18000),
]


def lines(room: Path, without: tuple[Path, ...] = ()) -> int:
    """Return the number of lines in the Python files of a room."""
    paths = [room] if room.is_file() else [*room.rglob("*.py")]
    kept = [path for path in paths if not any(path.is_relative_to(other) for other in without)]
    return sum(path.read_text(encoding="utf-8").count("\n") for path in kept)


def report() -> str:
    """Return the table."""
    rows = [
        f"{room.relative_to(ROOT).as_posix():<30} {lines(room, without):>7,} {budget:>7,}"
        for room, without, budget in ROOMS
    ]
    copied = f"{'in a vendored copy':<30} {lines(PACKAGE, (SANDBOX,)):>7,} {6000:>7,}"
    return "\n".join([f"{'room':<30} {'lines':>7} {'budget':>7}", *rows, copied])


if __name__ == "__main__":
    print(report())
