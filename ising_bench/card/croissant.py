"""The dataset as Croissant 1.1 (mlcommons.org/croissant), with its responsible-AI vocabulary: what
dataset search engines and loaders read."""

import json
from typing import Any

from ising_bench.card.citation import bibtex, citation
from ising_bench.card.columns import columns
from ising_bench.identity import KEYWORDS, LICENSE_URL, NAME, ORIGIN, PAPER_URL, Home
from ising_bench.releases.manifest import FileRecord, Manifest
from ising_bench.releases.release import Config, Release
from ising_bench.tasks import Task

CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")

_TERMS = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty "
    "fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet "
    "references regex repeated replace samplingRate separator source subField transform"
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}

_TYPES = {"image": "sc:ImageObject", "label": "sc:Integer", "sample_id": "sc:Text"}
_SITES = {"int8": "cr:Int8", "uint8": "cr:UInt8"}
_NUMBERS = {"float64": "cr:Float64", "int64": "cr:Int64"}  # the other columns

_NO_RELEASE = "This is a fresh, independent draw under the same specification, not the release."


def render(manifest: Manifest, release: Release, home: Home) -> str:
    """The text of croissant.json for a folder of a release that is published at `home`."""
    is_release = manifest.kind == "release"
    description = f"{release.description}. {ORIGIN}"
    configs = [manifest.config_of(name, release) for name in manifest.configs]
    record = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": NAME,
        "description": description if is_release else f"{description} {_NO_RELEASE}",
        "url": home.page,
        "license": LICENSE_URL,
        "version": manifest.release if is_release else f"{manifest.release}+{manifest.entropy[:8]}",
        "datePublished": citation()["date-released"].isoformat(),
        "creator": [
            {"@type": "sc:Organization", "name": author["name"]} for author in citation()["authors"]
        ],
        "keywords": list(KEYWORDS),
        "citeAs": bibtex(manifest),
        "isBasedOn": PAPER_URL,
        "isLiveDataset": False,
        **_provenance(manifest),
        **_responsible_ai(configs),
        "distribution": [_file(file, home) for file in manifest.files],
        "recordSet": [
            *(_classes(task) for task in dict.fromkeys(config.task for config in configs)),
            *(
                _rows(f"{config.name}/{split}", config, file)
                for config in configs
                for split, record in manifest.configs[config.name].splits.items()
                for file in record.files
            ),
        ],
    }
    return json.dumps(record, indent=1) + "\n"


def _provenance(manifest: Manifest) -> dict[str, Any]:
    """What made the data, by whose description: no other data went in."""
    return {
        "prov:wasDerivedFrom": {"@id": PAPER_URL},
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "name": "simulation",
            "description": "Single-spin-flip Metropolis chains by the protocol of release "
            f"{manifest.release} under entropy {manifest.entropy}; no other data went in.",
            "prov:wasAssociatedWith": {
                "@type": "prov:SoftwareAgent",
                "name": f"{NAME} {citation()['version']}",
            },
        },
    }


def _file(file: FileRecord, home: Home) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": f"Rows of {file.path.split('-')[0]}.",
        "contentUrl": home.url(file.path),
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _classes(task: Task) -> dict[str, Any]:
    """The enumeration that the labels of a task refer to."""
    fields = (("label", "sc:Integer"), ("name", "sc:Text"), ("meaning", "sc:Text"))
    name = _enumeration(task)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{task.grid.parameter.capitalize()} classes: {task.intervals}.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{name}/label"},
        "field": [
            {"@type": "cr:Field", "@id": f"{name}/{field}", "name": field, "dataType": kind}
            for field, kind in fields
        ],
        "data": [
            {f"{name}/label": i, f"{name}/name": region.name, f"{name}/meaning": region.meaning}
            for i, region in enumerate(task.regions)
        ],
    }


def _enumeration(task: Task) -> str:
    return f"classes_{task.name}"


def _rows(name: str, config: Config, file: FileRecord) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The {name.split('/')[1]} split of config {config.name}.",
        "key": {"@id": f"{name}/sample_id"},
        "field": [
            _field(name, config, file, column, words) for column, words in columns([config]).items()
        ],
    }


def _field(name: str, config: Config, file: FileRecord, column: str, words: str) -> dict[str, Any]:
    site = _SITES[config.system.symbols.dtype]
    hidden = _NUMBERS[config.system.hidden.get(column, "float64")]
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{name}/{column}",
        "name": column,
        "description": words,
        "dataType": site if column == "spins" else _TYPES.get(column, hidden),
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": column}},
    }
    if column == "image":
        field["source"]["transform"] = {"jsonPath": "bytes"}
    if column == "spins":
        field |= {"isArray": True, "arrayShape": f"{config.size},{config.size}"}
    if column == "label":
        field["references"] = {"field": {"@id": f"{_enumeration(config.task)}/label"}}
    return field


def _responsible_ai(configs: list[Config]) -> dict[str, Any]:
    sizes = ", ".join(dict.fromkeys(f"{c.size} x {c.size}" for c in configs))
    statements = dict(_RESPONSIBLE_AI)
    statements["rai:dataLimitations"] = [f"Lattices of {sizes} sites.", *_LIMITATIONS]
    return statements


_LIMITATIONS = (
    "Test labels can be regenerated by anyone: only private draws measure untrusted models.",
    "The energy alone decides the class as well as anything can.",
    "Bare ground states repeat within and across splits.",
)

_RESPONSIBLE_AI: dict[str, Any] = {
    "rai:hasSyntheticData": True,
    "rai:dataCollection": "Simulated: every image is the last configuration of its own Markov "
    "chain (single-spin-flip Metropolis; of the quantum chain clusters), its random numbers "
    "derived from a public entropy.",
    "rai:dataCollectionType": ["Software Collection"],
    "rai:dataCollectionMissingData": "Nothing is missing.",
    "rai:dataCollectionRawData": "None beside the data: the package regenerates every image, and "
    "the content digests prove it.",
    "rai:dataPreprocessingProtocol": ["None: spins are stored as they are, and drawn as PNG."],
    "rai:dataAnnotationProtocol": "A label is the class interval of the temperature, of the "
    "quantum chain the field, at which the chain ran; nobody annotated anything.",
    "rai:annotationsPerItem": "1",
    "rai:machineAnnotationTools": ["ising-bench"],
    "rai:dataUseCases": [
        "Comparing image classifiers on a task whose best score in equilibrium is known exactly.",
        "Teaching and testing machine learning on lattices of statistical physics.",
    ],
    "rai:dataBiases": [
        "Classes differ in size, as in the paper's Table 1.",
        "Temperatures (fields) are uniform within a class, not over the whole range.",
        "The paper's configs stop short of equilibrium near the critical temperature.",
    ],
    "rai:dataSocialImpact": "None known: the images show no people, places or cultural objects.",
    "rai:personalSensitiveInformation": ["None."],
    "rai:dataReleaseMaintenancePlan": "Published data never change under their tag; a fault "
    "becomes an erratum on the card and, where it touches data, a new version.",
}
