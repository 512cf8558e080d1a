"""Arithmetic of 32 bits in compiled code: numba's own makes 64 bits of every result, and halves
how many numbers a vector instruction works on."""

from typing import Any

from numba.core import types
from numba.extending import intrinsic


def _operation(name: str) -> Any:
    @intrinsic
    def operation(context: Any, a: Any, b: Any) -> Any:  # noqa: ARG001 - as numba calls it
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            return getattr(builder, name)(*arguments)

        return types.int32(types.int32, types.int32), code

    return operation


add, sub, mul, union = (_operation(name) for name in ("add", "sub", "mul", "or_"))
shr = _operation("ashr")  # to the right, with the sign
