"""Places where a generated set comes together file by file: a folder of this machine, or any URL
that fsspec knows (`s3://`, `hf://`, `memory://`).

A file is there whole or not at all. A store can be pickled, so that workers write for themselves.
"""

import posixpath
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ising_bench import locks
from ising_bench.errors import FolderError, first_line, reason
from ising_bench.files import made_folder, write_whole


class Store(ABC):
    """One place. Every method raises FolderError, in one line that says what to do, where the place
    refuses."""

    @abstractmethod
    def __str__(self) -> str:
        """As its user names it."""

    @property
    def anywhere(self) -> "Store":
        """The same place, whatever the working folder of whoever uses it."""
        return self

    @abstractmethod
    def names(self) -> list[str]:
        """Paths of all files in it, sorted; empty where it does not exist."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """A file that is there."""

    @abstractmethod
    def write(self, name: str, content: bytes) -> None:
        """A file, whole, in place of one that is there."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """A file, and folders that hold nothing then."""

    @abstractmethod
    def alone(self) -> AbstractContextManager[None]:
        """A context in which no other process of this machine generates into it, as far as that can
        be known."""


@dataclass(frozen=True)
class Folder(Store):
    """A folder of this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def anywhere(self) -> Store:
        return Folder(self.path.absolute())

    def names(self) -> list[str]:
        if self.path.exists() and not self.path.is_dir():
            raise FolderError(f"{self.path} is a file; choose another folder with --out")
        with self._refusals():
            found = (p for p in self.path.rglob("*") if p.is_symlink() or not p.is_dir())
            return sorted(path.relative_to(self.path).as_posix() for path in found)

    def read(self, name: str) -> bytes:
        with self._refusals():
            return (self.path / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        with self._refusals(), made_folder((self.path / name).parent):
            write_whole(self.path / name, content)

    def remove(self, name: str) -> None:
        with self._refusals():
            (self.path / name).unlink(missing_ok=True)
        for folder in (self.path / name).parents:
            if folder == self.path.parent:
                break
            with suppress(OSError):  # something else is in it
                folder.rmdir()

    @contextmanager
    def alone(self) -> Iterator[None]:
        self.names()
        with self._refusals(), made_folder(self.path), locks.alone_in(self.path) as is_alone:
            if not is_alone:
                raise FolderError(
                    f"another ising-bench is generating into {self.path}; wait until it is done"
                )
            yield

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FolderError(
                f"cannot write {self.path}: {reason(error)}; mend that and run this again with "
                "--resume, or choose another place with --out"
            ) from error


@dataclass(frozen=True)
class Remote(Store):
    """A URL. Who may write there, and with what credentials, is as fsspec finds it."""

    url: str

    def __str__(self) -> str:
        return self.url

    def names(self) -> list[str]:
        with self._refusals():
            system, root = self._opened()
            system.invalidate_cache()
            try:
                found = system.find(root)
            except FileNotFoundError:
                return []
            return sorted(posixpath.relpath(path, root) for path in found)

    def read(self, name: str) -> bytes:
        with self._refusals():
            system, root = self._opened()
            content: bytes = system.cat_file(f"{root}/{name}")
            return content

    def write(self, name: str, content: bytes) -> None:
        with self._refusals():
            system, root = self._opened()
            # no folders first: object stores have none, and a typing error would make a bucket
            system.pipe_file(f"{root}/{name}", content)

    def remove(self, name: str) -> None:
        with self._refusals():
            system, root = self._opened()
            with suppress(FileNotFoundError):
                system.rm_file(f"{root}/{name}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        yield  # no lock reaches there: what says that a set is unfinished is in its place

    def _opened(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(self.url)
        return system, root.rstrip("/")

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Each library behind fsspec has its own errors: all of them are this place's."""
        try:
            yield
        except FolderError:
            raise
        except Exception as error:
            said = first_line(error).rstrip(". ") or type(error).__name__
            raise FolderError(
                f"cannot use {self.url}: {said}; mend that and run this again with "
                "--resume, or choose another place with --out"
            ) from error


def store_of(place: str | Path) -> Store:
    """A folder, or a URL with `://` in it."""
    if isinstance(place, str) and place.startswith("file://"):
        return Folder(Path(unquote(place.removeprefix("file://"))))
    if isinstance(place, str) and "://" in place:
        return Remote(place.rstrip("/"))
    return Folder(Path(place))
