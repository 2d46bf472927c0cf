"""What lies behind an exception."""


def causes(error: BaseException) -> list[BaseException]:
    """An exception, what it came from, and what it came from in turn; of a group, its exceptions too."""
    found = [error]
    for each in found:
        found += [other for other in (each.__cause__, each.__context__) if other and other not in found]
        if isinstance(each, BaseExceptionGroup):
            found += [other for other in each.exceptions if other not in found]
    return found
