"""Generated sets in a bucket, of an S3 server on loopback."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from ising_bench.dataset.generate import generate, generate_share
from ising_bench.dataset.merge import merge
from ising_bench.dataset.shards import Order, Share
from ising_bench.dataset.stores import Folder, store_of
from ising_bench.errors import FolderError
from ising_bench.releases import release

# 20 rows in files of 8
ORDER = Order(
    release="1.1.0", config="periodic_ferro", entropy="ab" * 32, each=5, size=16, sweeps=5
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The URL of an empty one, which fsspec finds by the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(release, "_most_rows", lambda _: 8)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    name = request.node.name.replace("_", "-")[:60]
    fsspec.filesystem("s3").mkdir(name)
    return f"s3://{name}"


def test_a_set_in_a_bucket_is_the_set_in_a_folder(bucket: str, tmp_path: Path) -> None:
    known = generate(ORDER, Folder(tmp_path / "set"))
    store = store_of(f"{bucket}/sets/more")
    assert generate(ORDER, store) == known
    for name in Folder(tmp_path / "set").names():
        assert store.read(name) == (tmp_path / "set" / name).read_bytes()
    assert store.names() == Folder(tmp_path / "set").names()
    with pytest.raises(FolderError, match="already holds a generated set"):
        generate(ORDER, store)


def test_what_was_interrupted_in_a_bucket_goes_on(bucket: str, tmp_path: Path) -> None:
    known = generate(ORDER, Folder(tmp_path / "set"))
    store = store_of(f"{bucket}/more")
    generate_share(ORDER, Share(1, 2), store)
    store.write("periodic_ferro/generated-00000-of-00003.parquet", b"half")
    with pytest.raises(FolderError, match=r"2 of 3 files are not there yet \(numbers 0, 1\)"):
        merge([store], store)
    with pytest.raises(FolderError, match="go on with it by --resume"):
        generate(ORDER, store)
    assert generate(ORDER, store, resume=True) == known
    assert not [name for name in store.names() if name.startswith("unfinished")]


def test_what_a_bucket_refuses_is_one_line(bucket: str, server: str) -> None:
    with pytest.raises(FolderError, match=r"cannot use s3://no-such-bucket/more: .*bucket"):
        generate(ORDER, store_of("s3://no-such-bucket/more"))
    assert not fsspec.filesystem("s3").exists("no-such-bucket")
    import requests

    # from now on the server looks at keys, of which it knows none
    requests.post(f"{server}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()
    try:
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        with pytest.raises(FolderError, match=r"cannot use s3://.*/more: .*") as refused:
            generate(ORDER, store_of(f"{bucket}/more"))
        assert "Access Key Id" in str(refused.value)
        assert "\n" not in str(refused.value)
    finally:
        requests.post(f"{server}/moto-api/reset-auth", data=b"inf", timeout=10)
