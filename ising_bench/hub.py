"""The Hub: how datasets come from there, and what its faults mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ising_bench import manifest
from ising_bench.errors import IsingBenchError
from ising_bench.progress import say

SCHEME = "hf://"

_TIMEOUT = 4  # seconds to the first answer: whether there is a Hub at all


def parse(source: str) -> tuple[str, str | None]:
    """ORG/NAME[@REVISION], also behind hf:// or hf://datasets/, as (ORG/NAME, REVISION).

    Raises IsingBenchError for what is none.
    """
    name = source.removeprefix(SCHEME).removeprefix("datasets/")
    found = re.fullmatch(r"([A-Za-z0-9][\w.-]*/[\w.-]*\w)(?:@([\w./-]+))?", name, re.ASCII)
    if found is None:
        raise IsingBenchError(
            f"{source} names no dataset on the Hub; write it as hf://ORG/NAME@REVISION"
        )
    return found[1], found[2]


def download(source: str, out: Path, anew: bool = False) -> str:
    """Bring a dataset of ours from the Hub into the folder `out`; returns the commit.

    All of it: it is small, and `datasets` reads no folder that lacks a config of its card. anew:
    also what is there already. Raises IsingBenchError where the Hub has no such dataset or cannot
    be reached.
    """
    from huggingface_hub import HfApi, snapshot_download

    repo, revision = parse(source)
    with faults(
        f"dataset {source} is not to be had from the Hub", "make it with: ising-bench build"
    ):
        commit = HfApi().dataset_info(repo, revision=revision, timeout=_TIMEOUT).sha
        assert commit is not None  # only missing from listings
        with quiet():
            snapshot_download(
                repo, repo_type="dataset", revision=commit, local_dir=out, force_download=anew
            )
    return commit


def folder_of(source: str) -> Path:
    """A local folder as it is; ORG/NAME[@REVISION] brought to a folder in the Hub's cache.

    Without a network the copy of an earlier time serves: whoever reads it verifies it.

    Raises FolderError for a folder that is none, IsingBenchError as `download`.
    """
    folder = Path(source)
    is_path = source.startswith((".", "/", "~")) or source.removeprefix(SCHEME).count("/") != 1
    if folder.exists() or (is_path and not source.startswith(SCHEME)):
        manifest.read(folder)  # or an error that says how to build one
        return folder
    cached = cache_of(source)
    try:
        download(source, cached)
    except IsingBenchError as error:
        if not (cached / manifest.FILE_NAME).is_file():
            raise
        say(f"{error}; going on with the copy in {cached}")
    return cached


def cache_of(source: str) -> Path:
    """One folder for each dataset and revision: real files, since links that lead out of a dataset
    folder do not verify."""
    from huggingface_hub.constants import HF_HOME

    repo, revision = parse(source)
    names = (name.replace("/", "--") for name in (repo, revision or "main"))
    return Path(HF_HOME, "ising-bench", *names)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the client's progress bars, one for each of dozens of small files."""
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    were_disabled = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if not were_disabled:
            enable_progress_bars()


@contextmanager
def faults(what: str, mend: str) -> Iterator[None]:
    """Turn whatever the Hub's client raises into one line: what failed, why, what to do next."""
    try:
        yield
    except IsingBenchError:
        raise
    except Exception as error:  # the client's own errors and those of two HTTP libraries
        reason, advice = _reason(error)
        raise IsingBenchError(f"{what} ({reason}); {advice or mend}") from None


def _reason(error: Exception) -> tuple[str, str | None]:
    """Why, in one line that holds no token, and what mends it where the error itself tells."""
    from huggingface_hub import get_token
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, RepositoryNotFoundError):
        return "there is no such repository, or it is private", None
    if isinstance(error, RevisionNotFoundError):
        return "it has no such revision", None
    if status == 401:
        known = get_token() is not None
        reason = "the Hub does not accept the token" if known else "no token is stored here"
        return reason, "log in with: hf auth login"
    if status == 403:
        return "the token does not allow it", "take one that may write there: hf auth login"
    text = getattr(error, "server_message", None) or _first_line(error)
    if error.__cause__ is not None and (cause := _first_line(error.__cause__)) not in text:
        text = f"{text} {cause}"
    token = get_token()
    return text.replace(token, "[token]") if token else text, None


def _first_line(error: BaseException) -> str:
    lines = (line.strip() for line in str(error).splitlines())
    return next((line for line in lines if line), type(error).__name__)
