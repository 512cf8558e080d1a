"""croissant.json: what the community's own validator says, what it lets pass, and the rows."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ising_bench.card import croissant
from ising_bench.identity import PAPER_URL, Home
from ising_bench.paper import TASK
from ising_bench.releases import manifest, table
from ising_bench.releases.v1 import V1

HOME = Home("org/ising-bench", "v1.0.0")

# mlcroissant's own imports and its pandas readers are not ours to mend
pytestmark = pytest.mark.filterwarnings("ignore::Warning")


@pytest.fixture(scope="module")
def record(built: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(croissant.render(manifest.read(built), V1, HOME))
    return found


def test_mlcroissant_finds_nothing_to_complain_of(record: dict[str, Any], tmp_path: Path) -> None:
    import mlcroissant

    path = tmp_path / "croissant.json"
    path.write_text(json.dumps(record))
    issues = mlcroissant.Dataset(jsonld=path).metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    broken = record | {"recordSet": [record["recordSet"][1] | {"key": {"@id": "nowhere"}}]}
    path.write_text(json.dumps(broken))
    with pytest.raises(mlcroissant.ValidationError):
        mlcroissant.Dataset(jsonld=path)


def test_the_fields_that_it_lets_pass_are_there(record: dict[str, Any]) -> None:
    for name in (
        "name", "description", "license", "url", "creator", "version", "datePublished", "keywords",
        "citeAs",
    ):  # fmt: skip
        assert record[name], name
    assert set(record["conformsTo"]) == {
        "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/RAI/1.0",
    }
    assert record["url"].endswith("/datasets/org/ising-bench")
    for name in (
        "dataCollection", "dataCollectionType", "dataAnnotationProtocol", "dataUseCases",
        "dataBiases", "dataLimitations", "dataSocialImpact", "personalSensitiveInformation",
        "dataReleaseMaintenancePlan", "dataPreprocessingProtocol",
    ):  # fmt: skip
        assert record[f"rai:{name}"], name
    assert record["rai:hasSyntheticData"] is True
    assert record["prov:wasDerivedFrom"] == {"@id": PAPER_URL}
    assert V1.entropy in record["prov:wasGeneratedBy"]["description"]
    assert record["@context"]["prov"] == "http://www.w3.org/ns/prov#"


def test_every_file_is_there_with_its_hash(record: dict[str, Any], built: Path) -> None:
    listed = {file["@id"]: file for file in record["distribution"]}
    assert len(listed) == 12
    for path, file in listed.items():
        assert file["sha256"] == manifest.sha256(built / path)
        assert file["contentSize"] == f"{(built / path).stat().st_size} B"
        assert file["contentUrl"].endswith(f"/datasets/org/ising-bench/resolve/v1.0.0/{path}")


def test_its_columns_are_those_of_the_tables(record: dict[str, Any]) -> None:
    for rows in record["recordSet"][1:]:
        assert [field["name"] for field in rows["field"]] == list(table.features(V1.configs[0]))
        for field in rows["field"]:
            assert field["source"]["extract"]["column"] == field["name"]


def test_the_rows_come_back(record: dict[str, Any], built: Path, tmp_path: Path) -> None:
    import mlcroissant

    path = tmp_path / "croissant.json"
    path.write_text(json.dumps(record))
    local = {file["@id"]: str(built / file["@id"]) for file in record["distribution"]}
    dataset = mlcroissant.Dataset(jsonld=path, mapping=local)
    name = f"{V1.sets['paper'][2]}/validation"
    rows = table.read(built / f"{name}-00000-of-00001.parquet", V1.config(name.split("/")[0]))
    found = list(itertools.islice(dataset.records(name), 3))
    for i, row in enumerate(found):
        assert row[f"{name}/sample_id"].decode() == rows.column("sample_id")[i].as_py()
        assert row[f"{name}/temperature"] == rows.column("temperature")[i].as_py()
        spins = np.array(row[f"{name}/spins"])
        np.testing.assert_array_equal(spins, table.spins_of(rows, 100)[i])
        assert row[f"{name}/image"].size == (100, 100)
    labels = [row["classes_paper/name"] for row in dataset.records("classes_paper")]
    assert labels == TASK.names


def test_a_file_that_was_changed_shows(built: Path) -> None:
    found = manifest.read(built)
    first = next(iter(found.configs))
    split = found.configs[first].splits["train"]
    changed = replace(split, files=(replace(split.files[0], sha256="0" * 64),))
    record = replace(found.configs[first], splits=found.configs[first].splits | {"train": changed})
    other = replace(found, configs=found.configs | {first: record})
    assert croissant.render(other, V1, HOME) != croissant.render(found, V1, HOME)
