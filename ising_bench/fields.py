"""Types of the fields of records, most of which strangers write."""

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field

# unknown keys are errors, numbers are numbers, and a record made in Python is checked as well
STRICT = ConfigDict(extra="forbid", strict=True, revalidate_instances="always")
CLOSED = ConfigDict(extra="forbid")  # for TOML, which writes 1 for 1.0

Count = Annotated[int, Field(ge=0, lt=2**53)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
NAME = r"[a-z0-9][a-z0-9_-]{0,63}"  # of a recipe or an entry
Name = Annotated[str, Field(pattern=f"^{NAME}$")]
Track = Literal["paper", "open", "physics", "reference"]
TRACKS: tuple[str, ...] = get_args(Track)

# no control characters, no line ends, and nothing that turns the direction of text
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\p{C}\p{Zl}\p{Zp}]+$")]
Text = Annotated[
    str, Field(min_length=1, max_length=2000, pattern=r"^(?:[^\p{C}\p{Zl}\p{Zp}]|[\n\t])+$")
]
