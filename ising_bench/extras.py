"""Packages that a plain installation lacks: of the baselines, of clusters, of rare computations."""

from importlib.util import find_spec

from ising_bench.errors import IsingBenchError

_CALLED = {"sklearn": "scikit-learn"}  # where a package is imported under another name
_ALONE = {"mpmath"}  # in no extra of ours
_EXTRAS = {"distributed": "cluster"}  # the others are of the baselines


def needs(*modules: str) -> None:
    """Raise IsingBenchError that says how to install what is not there."""
    missing = [module for module in modules if find_spec(module) is None]
    if not missing:
        return
    names = " ".join(_CALLED.get(module, module) for module in missing)
    what = f"pip install {names}"
    if not set(missing) <= _ALONE:
        extra = _EXTRAS.get(missing[0], "baselines")
        what = (
            f"pip install 'ising-bench[{extra}]', in a checkout: pip install -c constraints.txt "
            f"'.[{extra}]'"
        )
    raise IsingBenchError(f"this needs {names.replace(' ', ', ')}; install with: {what}")
