"""Print the last seven days' practice by person, as CSV: `python weekly_summary.py > week.csv`.

There is no asyncio here: ExecClient is the same client for scripts, notebooks and Django views.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from workspace import arguments, now, run, settings

from exec_api_client import ExecClient
from exec_api_client.models import SessionListItem


def summary(sessions: Sequence[SessionListItem]) -> dict[str, object]:
    """The line about the person whose sessions these are."""
    scores = [session.score for session in sessions if session.score is not None]
    seconds = sum(session.duration_seconds or 0 for session in sessions)
    return {
        "email": sessions[0].user.email,
        "sessions": len(sessions),
        "minutes": round(seconds / 60),
        "best_score": max(scores, default=None),
    }


def main() -> None:
    people: defaultdict[str, list[SessionListItem]] = defaultdict(list)
    with ExecClient(**settings()) as client:
        for session in client.sessions.list(start_date=now() - timedelta(days=7), exclude_system_users=True):
            people[session.user.id].append(session)
    table = csv.DictWriter(sys.stdout, ("email", "sessions", "minutes", "best_score"), lineterminator="\n")
    table.writeheader()
    table.writerows(sorted(map(summary, people.values()), key=lambda line: str(line["email"])))


if __name__ == "__main__":
    arguments(__doc__)
    sys.exit(run(main))
