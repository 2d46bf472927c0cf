"""The application that is tested: a line for a team's channel on who has won gold."""

from exec_api_client import APIError, AsyncExecClient, RateLimitError


async def gold_news(client: AsyncExecClient) -> str:
    try:
        golds = await client.sessions.list(rank=["gold"], exclude_system_users=True).collect(limit=3)
    except RateLimitError as error:
        return f"No news yet: ask again in {error.retry_after or 60:.0f} seconds."
    except APIError:
        return "No news: Exec does not answer."
    if not golds:
        return "No gold yet. Who will be first?"
    return "Gold for " + ", ".join(f"{session.user.first_name} ({session.score:g})" for session in golds)
