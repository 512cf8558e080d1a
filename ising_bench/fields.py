"""Texts of records that strangers write."""

from typing import Annotated

from pydantic import Field

# no control characters, no line ends, and nothing that turns the direction of text
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\p{C}\p{Zl}\p{Zp}]+$")]
Text = Annotated[
    str, Field(min_length=1, max_length=2000, pattern=r"^(?:[^\p{C}\p{Zl}\p{Zp}]|[\n\t])+$")
]
