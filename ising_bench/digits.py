"""Numbers as they are printed for scripts and kept in files: the digits that all machines share.

Exponentials and logarithms differ in their last digit between processors, and so does what follows
from them.
"""

from typing import Any


def shared_digits(value: Any) -> Any:
    """A float to 12 significant digits, also within lists, tuples and dictionaries."""
    match value:
        case float():
            return float(f"{value:.12g}")
        case list() | tuple():
            return type(value)(shared_digits(one) for one in value)
        case dict():
            return {name: shared_digits(one) for name, one in value.items()}
    return value
