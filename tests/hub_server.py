"""A server on loopback that speaks as much of the Hub's protocol as its own client needs to create,
commit to, tag and read dataset repositories; and that fails on demand."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

TOKEN = "hf_a_good_token"
FRAMEWORKS = {"inspect-ai", "mteb", "swe-bench"}  # some that the Hub's list has; ours it has not
LARGE = (".parquet", ".png")  # what a dataset repository keeps as large files


@dataclass
class Blob:
    content: bytes
    large: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def oid(self) -> str:
        return hashlib.sha1(b"blob %d\0" % len(self.content) + self.content).hexdigest()


Tree = dict[str, Blob]


@dataclass
class Repo:
    """Commits in order, from an empty first one; tags by name."""

    commits: dict[str, Tree] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    is_private: bool = False

    def __post_init__(self) -> None:
        self.commit({".gitattributes": Blob(b"*.parquet filter=lfs\n", False)})

    def commit(self, tree: Tree) -> str:
        listing = json.dumps([len(self.commits), sorted((p, b.oid) for p, b in tree.items())])
        oid = hashlib.sha1(listing.encode()).hexdigest()
        self.commits[oid] = tree
        return oid

    @property
    def head(self) -> str:
        return list(self.commits)[-1]

    def find(self, revision: str) -> str | None:
        found = {"main": self.head, **self.tags}.get(revision, revision)
        return found if found in self.commits else None


class HubFault(Exception):  # noqa: N818
    """What a handler answers instead: a status, or None to cut the connection."""

    def __init__(self, status: int | None, text: str = "") -> None:
        super().__init__(text)
        self.status = status


class HubServer:
    """The server and its state. `fail` is asked before each request, with method and path; it
    raises HubFault to fail it. `damage` may change what a commit stores."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.requests: list[str] = []
        self.tokens: set[str] = set()  # every one that was ever sent
        self.fail: Callable[[str], None] = lambda _: None
        self.damage: Callable[[str, bytes], bytes] = lambda _, content: content
        self.lock = threading.RLock()
        owner = self

        class Handler(_Handler):
            hub = owner

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def mend(self) -> None:
        self.fail, self.damage = lambda _: None, lambda _, content: content

    def break_after(self, number: int, status: int | None) -> None:
        """Let so many requests through, then fail every one."""
        first = len(self.requests) + number

        def fail(_: str) -> None:
            if len(self.requests) > first:
                raise HubFault(status, "broken on purpose")

        self.fail = fail


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement
    hub: HubServer

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        split = urlsplit(self.path)
        self.query = parse_qs(split.query)
        parts = [unquote(part) for part in split.path.strip("/").split("/")]
        try:
            with self.hub.lock:
                self.hub.requests.append(f"{self.command} {split.path}")
                self.hub.fail(f"{self.command} {split.path}")
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                self.hub.tokens |= {token} if token else set()
                if token not in ("", TOKEN):
                    raise HubFault(401, "Invalid credentials")
                self._route(parts)
        except _Answered:
            pass
        except HubFault as fault:
            if fault.status is None:
                self.close_connection = True
                self.connection.close()
                return
            self._json({"error": str(fault)}, fault.status)

    def _route(self, parts: list[str]) -> None:
        match self.command, parts:
            case "POST", ["api", "repos", "create"]:
                self._create()
            case "POST", ["api", "validate-yaml"]:
                self._validate_card()
            case "GET", ["api", "datasets", org, name]:
                self._info(self._repo(org, name), f"{org}/{name}", "main")
            case "GET", ["api", "datasets", org, name, "revision", revision]:
                self._info(self._repo(org, name), f"{org}/{name}", revision)
            case "GET", ["api", "datasets", org, name, "refs"]:
                self._refs(self._repo(org, name))
            case "GET", ["api", "datasets", org, name, "tree", revision, *path]:
                self._tree(self._repo(org, name), revision, "/".join(path))
            case "POST", ["api", "datasets", org, name, "paths-info", revision]:
                self._paths(self._repo(org, name), revision)
            case "POST", ["api", "datasets", org, name, "preupload", revision]:
                self._preupload(self._repo(org, name, write=True), revision)
            case "POST", ["api", "datasets", org, name, "commit", _]:
                self._commit(self._repo(org, name, write=True), f"{org}/{name}")
            case "POST", ["api", "datasets", org, name, "tag", revision]:
                self._tag(self._repo(org, name, write=True), revision)
            case "POST", ["datasets", org, git, "info", "lfs", "objects", "batch"]:
                name = git.removesuffix(".git")
                self._batch(self._repo(org, name, write=True), f"{org}/{name}")
            case "PUT", ["large", org, name, oid]:
                # as in storage: no token, the address is the permission
                self.hub.repos[f"{org}/{name}"].large[oid] = self.body
                self._json({})
            case "GET" | "HEAD", ["datasets", org, name, "resolve", revision, *path]:
                self._file(self._repo(org, name), revision, "/".join(path))
            case _:
                raise HubFault(404, f"{self.command} {self.path}: no such route")

    def _repo(self, org: str, name: str, write: bool = False) -> Repo:
        if write and not self._is_known:
            raise HubFault(401, "Invalid username or password.")
        repo = self.hub.repos.get(f"{org}/{name}")
        if repo is None or (repo.is_private and not self._is_known):
            self._json({"error": "Repository not found"}, 404, {"X-Error-Code": "RepoNotFound"})
            raise _Answered
        return repo

    @property
    def _is_known(self) -> bool:
        return bool(self.headers.get("Authorization") == f"Bearer {TOKEN}")

    def _at(self, repo: Repo, revision: str) -> tuple[str, Tree]:
        oid = repo.find(revision)
        if oid is None:
            self._json({"error": "no revision"}, 404, {"X-Error-Code": "RevisionNotFound"})
            raise _Answered
        return oid, repo.commits[oid]

    def _create(self) -> None:
        if not self._is_known:
            raise HubFault(401, "Invalid username or password.")
        asked = json.loads(self.body)
        name = f"{asked['organization']}/{asked['name']}"
        url = f"{self.hub.url}/datasets/{name}"
        if name in self.hub.repos:
            self._json({"error": "You already created this dataset repo", "url": url}, 409)
            return
        is_private = bool(asked.get("private") or asked.get("visibility") == "private")
        self.hub.repos[name] = Repo(is_private=is_private)
        self._json({"url": url, "name": name})

    def _validate_card(self) -> None:
        """As the Hub does before it takes a card: its header must at least be YAML."""
        try:
            header = yaml.safe_load(json.loads(self.body)["content"].split("---\n")[1])
            errors = [] if isinstance(header, dict) else [{"message": "no metadata"}]
        except (yaml.YAMLError, IndexError) as error:
            errors = [{"message": str(error)}]
        self._json({"errors": errors, "warnings": []}, 400 if errors else 200)

    def _info(self, repo: Repo, name: str, revision: str) -> None:
        oid, tree = self._at(repo, revision)
        siblings = [{"rfilename": path} for path in tree]
        self._json(
            {"id": name, "sha": oid, "private": repo.is_private, "siblings": siblings, "tags": []}
        )

    def _refs(self, repo: Repo) -> None:
        tags = [
            {"name": name, "ref": f"refs/tags/{name}", "targetCommit": oid}
            for name, oid in repo.tags.items()
        ]
        main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head}
        self._json({"branches": [main], "tags": tags, "converts": []})

    def _tree(self, repo: Repo, revision: str, folder: str) -> None:
        _, tree = self._at(repo, revision)
        prefix = f"{folder}/" if folder else ""
        inside = {path: blob for path, blob in tree.items() if path.startswith(prefix)}
        if folder and not inside:
            self._json({"error": "no entry"}, 404, {"X-Error-Code": "EntryNotFound"})
            return
        deep = self.query.get("recursive", ["false"])[0].lower() in ("true", "1")
        entries = [
            _entry(path, blob)
            for path, blob in inside.items()
            if deep or "/" not in path.removeprefix(prefix)
        ]
        folders = {path[: path.rindex("/")] for path in inside if "/" in path.removeprefix(prefix)}
        entries += [{"type": "directory", "path": path, "oid": "0" * 40} for path in folders]
        self._json(entries)

    def _paths(self, repo: Repo, revision: str) -> None:
        _, tree = self._at(repo, revision)
        form = parse_qs(self.body.decode())
        paths = form.get("paths") or json.loads(self.body)["paths"]
        self._json([_entry(path, tree[path]) for path in paths if path in tree])

    def _preupload(self, repo: Repo, revision: str) -> None:
        _, tree = self._at(repo, revision)
        files = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular",
                "shouldIgnore": False,
                "oid": tree[file["path"]].oid if file["path"] in tree else None,
            }
            for file in json.loads(self.body)["files"]
        ]
        self._json({"files": files})

    def _batch(self, repo: Repo, name: str) -> None:
        objects: list[dict[str, Any]] = []
        for wanted in json.loads(self.body)["objects"]:
            there = wanted["oid"] in repo.large
            href = f"{self.hub.url}/large/{name}/{wanted['oid']}"
            objects.append(wanted | ({} if there else {"actions": {"upload": {"href": href}}}))
        self._json({"transfer": "basic", "objects": objects})

    def _commit(self, repo: Repo, name: str) -> None:
        lines = [json.loads(line) for line in self.body.splitlines()]
        parent = next((x["value"].get("parentCommit") for x in lines if x["key"] == "header"), None)
        if parent not in (None, repo.head):
            raise HubFault(412, "A commit has happened since. Please refresh and try again.")
        tree = dict(repo.commits[repo.head])
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                content = base64.b64decode(value["content"])
                if value["path"] == "eval.yaml" and (fault := fault_of_eval(content)):
                    raise HubFault(400, f"eval.yaml: {fault}")
                tree[value["path"]] = Blob(self.hub.damage(value["path"], content), False)
            if line["key"] == "lfsFile":
                if value["oid"] not in repo.large:
                    raise HubFault(400, f"{value['path']}: its content was not uploaded")
                content = self.hub.damage(value["path"], repo.large[value["oid"]])
                tree[value["path"]] = Blob(content, True)
            if line["key"] == "deletedFile":
                del tree[value["path"]]
        oid = repo.commit(tree)
        page = f"{self.hub.url}/datasets/{name}/commit/{oid}"
        self._json({"commitUrl": page, "commitOid": oid})

    def _tag(self, repo: Repo, revision: str) -> None:
        tag = json.loads(self.body)["tag"]
        oid, _ = self._at(repo, revision)
        if tag in repo.tags:
            raise HubFault(409, "Tag reference exists already")
        repo.tags[tag] = oid
        self._json({})

    def _file(self, repo: Repo, revision: str, path: str) -> None:
        oid, tree = self._at(repo, revision)
        if path not in tree:
            headers = {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": oid}
            self._json({"error": "Entry not found"}, 404, headers)
            return
        blob = tree[path]
        etag = f'"{blob.sha256 if blob.large else blob.oid}"'
        headers = {"X-Repo-Commit": oid, "ETag": etag, "Accept-Ranges": "bytes"}
        content, status = blob.content, 200
        if asked := self.headers.get("Range"):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            end = min(int(last) + 1 if last else len(content), len(content))
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
            content, status = content[int(first) : end], 206
        self._send(content, status, headers | {"Content-Type": "application/octet-stream"})

    def _json(
        self, answer: object, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        content = json.dumps(answer).encode()
        self._send(content, status, {"Content-Type": "application/json", **(headers or {})})

    def _send(self, content: bytes, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class _Answered(Exception):  # noqa: N818
    """The answer was sent."""


def fault_of_eval(content: bytes) -> str | None:
    """Why the Hub does not take a benchmark's eval.yaml: it looks at it when it is pushed."""
    try:
        found = yaml.safe_load(content)
        tasks = found["tasks"]
        ids = [task["id"] for task in tasks]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        return f"not the YAML of a benchmark ({error!r})"
    if "evaluation_framework" in found and found["evaluation_framework"] not in FRAMEWORKS:
        return f"unknown evaluation_framework {found['evaluation_framework']!r}"
    if not tasks or len(set(ids)) != len(ids):
        return "tasks must be there, each with an id of its own"
    if not isinstance(found.get("name"), str):
        return "name is missing"
    return None


def _entry(path: str, blob: Blob) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": "file",
        "path": path,
        "size": len(blob.content),
        "oid": blob.oid,
    }
    if blob.large:
        size = len(blob.content)
        entry["lfs"] = {"oid": blob.sha256, "size": size, "pointerSize": 134}
    return entry
