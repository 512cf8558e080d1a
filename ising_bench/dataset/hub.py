"""The Hub: how datasets come from there, and what its faults mean."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ising_bench.errors import IsingBenchError, first_line, one_line
from ising_bench.progress import bar, say
from ising_bench.releases import manifest

SCHEME = "hf://"

_AT_ONCE = 8  # files
_TIMEOUT = 4  # seconds to the first answer: whether there is a Hub at all
_BUILD = "make it with: ising-bench build"
_MOST_FILES, _MOST_BYTES = 500, 500_000_000  # thirty times a release


def parse(source: str) -> tuple[str, str | None]:
    """ORG/NAME[@REVISION], also behind hf:// or hf://datasets/, as (ORG/NAME, REVISION).

    Raises IsingBenchError for what is none.
    """
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    name = source.removeprefix(SCHEME).removeprefix("datasets/")
    match = re.fullmatch(r"([^/@]+/[^/@]+)(?:@([\w.-]+(?:/[\w.-]+)*))?", name, re.ASCII)
    try:
        if match is None or {".", ".."} & set(re.split("[/@]", name)):
            raise HFValidationError
        validate_repo_id(match[1])
    except HFValidationError:
        raise IsingBenchError(
            f"{one_line(source)} names no dataset on the Hub; write it as hf://ORG/NAME@REVISION"
        ) from None
    return match[1], match[2]


def download(source: str, out: Path, anew: bool = False, mend: str = _BUILD) -> str:
    """Bring a dataset of ours from the Hub into the folder `out`; returns the commit.

    All of it, with whatever else is in the repository, so that `verify` sees what `datasets` would.
    anew: also what is there already. Raises IsingBenchError, whose line ends in `mend`, where the
    Hub has no such dataset or cannot be reached.
    """
    from huggingface_hub import HfApi, RepoFile

    repo, revision = parse(source)
    api = HfApi()
    with faults(f"dataset {source} is not to be had from the Hub", mend):
        commit = api.dataset_info(repo, revision=revision, timeout=_TIMEOUT).sha
        assert commit is not None  # only missing from listings
        tree = api.list_repo_tree(repo, recursive=True, revision=commit, repo_type="dataset")
        sizes = {entry.path: entry.size for entry in tree if isinstance(entry, RepoFile)}
        if manifest.FILE_NAME not in sizes:
            raise IsingBenchError(
                f"{source} holds no dataset of ising-bench: it has no {manifest.FILE_NAME}"
            )
        if len(sizes) > _MOST_FILES or sum(sizes.values()) > _MOST_BYTES:
            raise IsingBenchError(
                f"{source} holds {len(sizes)} files of {sum(sizes.values())} bytes, far more than "
                "a release: nothing was downloaded"
            )
        with quiet(), bar("downloading", sum(sizes.values()), "bytes") as advance:

            def fetch(name: str) -> None:
                api.hf_hub_download(
                    repo,
                    name,
                    repo_type="dataset",
                    revision=commit,
                    local_dir=out,
                    force_download=anew,
                )
                advance(sizes[name])

            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(fetch, sizes))
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
    folder do not verify. Raises IsingBenchError where the user has no home and HF_HOME is unset."""
    from huggingface_hub.constants import HF_HOME

    if HF_HOME.startswith("~"):
        raise IsingBenchError(
            f"there is no home folder to keep {source} in: name a folder with HF_HOME, or {_BUILD}"
        )
    repo, revision = parse(source)
    names = (quote(name, safe="") for name in (repo, revision or "main"))
    return Path(HF_HOME, "ising-bench", *names)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the client's progress bars, one for each of dozens of small files."""
    from huggingface_hub.utils import (  # type: ignore[attr-defined]
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
    from huggingface_hub.errors import (
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set: unset it to reach the Hub", None
    if isinstance(error, RepositoryNotFoundError):
        return "there is no such repository, or it is private", None
    if isinstance(error, RevisionNotFoundError):
        return "it has no such revision", None
    if status == 401:
        has_token = get_token() is not None
        reason = "the Hub does not accept the token" if has_token else "no token is stored here"
        return reason, "log in with: hf auth login"
    if status == 403:
        return "the token does not allow it", "take one that may write there: hf auth login"
    text = first_line(getattr(error, "server_message", None) or error)
    if error.__cause__ is not None and (cause := first_line(error.__cause__)) not in text:
        text = f"{text} {cause}"
    token = get_token()
    return text.replace(token, "[token]") if token else text, None
