"""Names of entries, which must differ in more than how they are spelt."""

from collections.abc import Iterable


def twin(name: str, others: Iterable[str]) -> str | None:
    """The first of other names that differs from this one only in hyphens, underscores or case."""
    return next((one for one in others if one != name and _key(one) == _key(name)), None)


def _key(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")
