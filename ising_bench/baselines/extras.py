"""The packages that only networks need, and that a plain installation lacks."""

from importlib.util import find_spec

from ising_bench.errors import IsingBenchError


def needs(*packages: str) -> None:
    """Raise IsingBenchError that says how to install what is not there."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise IsingBenchError(
            f"this needs {', '.join(missing)}; install with: pip install 'ising-bench[baselines]', "
            "in a checkout: pip install -c constraints.txt '.[baselines]'"
        )
