"""Print a reminder for each person with overdue assignments: `python overdue_reminders.py`.

Nothing is sent: what prints a mail here is where your own mailer goes.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from workspace import arguments, connect, now, run

from exec_api_client.models import Assignment

NO_DATE = datetime.max.replace(tzinfo=UTC)


class Mail(NamedTuple):
    to: str
    subject: str
    text: str


def by_person(assignments: Iterable[Assignment]) -> list[list[Assignment]]:
    """Each person's assignments, the longest overdue first, and so are the people."""
    people: defaultdict[str, list[Assignment]] = defaultdict(list)
    for assignment in sorted(assignments, key=lambda each: each.due_date or NO_DATE):
        people[assignment.user.id].append(assignment)
    return list(people.values())


def reminder(assignments: Sequence[Assignment], today: date) -> Mail:
    """The mail to the person whose assignments these are."""
    person, count = assignments[0].user, len(assignments)
    what = "One practice assignment is" if count == 1 else f"{count} practice assignments are"
    lines = [f"Hello {person.first_name},", "", f"{what} overdue:", ""]
    lines += [f"- {described(assignment, today)}" for assignment in assignments]
    lines += ["", "Good luck with them!" if count > 1 else "Good luck with it!"]
    subject = f"Overdue: {assignments[0].scenario.name}" + (f" and {count - 1} more" if count > 1 else "")
    return Mail(person.email, " ".join(subject.split()), "\n".join(lines))


def described(assignment: Assignment, today: date) -> str:
    """One assignment on one line: since when, and what is missing."""
    parts = [assignment.scenario.name]
    if assignment.due_date is not None:
        days = (today - assignment.due_date.date()).days
        since = "today" if days < 1 else "yesterday" if days == 1 else f"{days} days ago"
        parts.append(f"due {since}, on {assignment.due_date:%Y-%m-%d}")
    if assignment.attempt_min is not None:
        parts.append(f"{assignment.attempt_count} of {assignment.attempt_min} attempts")
    if assignment.rank_min is not None:
        parts.append(f"{assignment.rank_min} needed, {assignment.best_rank or 'nothing'} reached")
    return "; ".join(parts)


async def main() -> None:
    async with connect() as client:
        overdue = await client.scenarios.list_assignments(status=["past_due"]).collect()
    mails = [reminder(assignments, now().date()) for assignments in by_person(overdue)]
    for mail in mails:
        print(f"To: {mail.to}\nSubject: {mail.subject}\n\n{mail.text}\n\n{'-' * 60}")
    print(f"{len(mails)} mails about {len(overdue)} overdue assignments; none was sent.")


if __name__ == "__main__":
    arguments(__doc__)
    sys.exit(run(main()))
