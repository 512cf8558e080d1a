"""The dataset as Croissant 1.1 (mlcommons.org/croissant), with its responsible-AI vocabulary: what
dataset search engines and loaders read."""

import json
from typing import Any

from ising_bench.card.citation import bibtex, citation
from ising_bench.identity import DESCRIPTION, KEYWORDS, LICENSE_URL, NAME, PAPER_URL, Home
from ising_bench.regions import REGIONS, classes_text
from ising_bench.releases.manifest import FileRecord, Manifest

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

_COLUMNS = {
    "image": ("sc:ImageObject", "PNG of the lattice, one pixel a site; blue is spin up"),
    "spins": ("cr:Int8", "the lattice, +1 and -1; row 0 is the top of the image"),
    "label": ("sc:Integer", "temperature class, 0 to 3"),
    "temperature": ("cr:Float64", "of the chain, in |J|/k_B, a whole hundredth"),
    "energy": ("cr:Float64", "per site, in |J|"),
    "magnetization": ("cr:Float64", "per site"),
    "sample_id": ("sc:Text", "16 hexadecimal digits from the random key"),
}


_NO_RELEASE = "This is a fresh, independent draw under the same specification, not the release."


def render(manifest: Manifest, home: Home) -> str:
    """The text of croissant.json for a folder that is published at `home`."""
    files = {
        f"{config}/{split}": record.files
        for config, found in manifest.configs.items()
        for split, record in found.splits.items()
    }
    is_release = manifest.kind == "release"
    record = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": NAME,
        "description": DESCRIPTION if is_release else f"{DESCRIPTION} {_NO_RELEASE}",
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
        **_RESPONSIBLE_AI,
        "distribution": [_file(file, home) for parts in files.values() for file in parts],
        "recordSet": [
            _classes(),
            *(_rows(name, file, manifest.size) for name, parts in files.items() for file in parts),
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


def _classes() -> dict[str, Any]:
    """The enumeration that labels refer to."""
    fields = (("label", "sc:Integer"), ("name", "sc:Text"), ("meaning", "sc:Text"))
    return {
        "@type": "cr:RecordSet",
        "@id": "classes",
        "name": "classes",
        "description": f"Temperature classes: {classes_text()}.",
        "dataType": "sc:Enumeration",
        "key": {"@id": "classes/label"},
        "field": [
            {"@type": "cr:Field", "@id": f"classes/{name}", "name": name, "dataType": kind}
            for name, kind in fields
        ],
        "data": [
            {"classes/label": i, "classes/name": region.name, "classes/meaning": region.meaning}
            for i, region in enumerate(REGIONS)
        ],
    }


def _rows(name: str, file: FileRecord, size: int) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The {name.split('/')[1]} split of config {name.split('/')[0]}.",
        "key": {"@id": f"{name}/sample_id"},
        "field": [_field(name, column, file, size) for column in _COLUMNS],
    }


def _field(name: str, column: str, file: FileRecord, size: int) -> dict[str, Any]:
    kind, description = _COLUMNS[column]
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{name}/{column}",
        "name": column,
        "description": description,
        "dataType": kind,
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": column}},
    }
    if column == "image":
        field["source"]["transform"] = {"jsonPath": "bytes"}
    if column == "spins":
        field |= {"isArray": True, "arrayShape": f"{size},{size}"}
    if column == "label":
        field["references"] = {"field": {"@id": "classes/label"}}
    return field


_RESPONSIBLE_AI: dict[str, Any] = {
    "rai:hasSyntheticData": True,
    "rai:dataCollection": "Simulated: every image is the last configuration of its own Markov "
    "chain (single-spin-flip Metropolis), its random numbers derived from a public entropy.",
    "rai:dataCollectionType": ["Software Collection"],
    "rai:dataCollectionMissingData": "Nothing is missing.",
    "rai:dataCollectionRawData": "None beside the data: the package regenerates every image, and "
    "the content digests prove it.",
    "rai:dataPreprocessingProtocol": ["None: spins are stored as they are, and drawn as PNG."],
    "rai:dataAnnotationProtocol": "A label is the class interval of the temperature at which the "
    "chain ran; nobody annotated anything.",
    "rai:annotationsPerItem": "1",
    "rai:machineAnnotationTools": ["ising-bench"],
    "rai:dataUseCases": [
        "Comparing image classifiers on a task whose best score in equilibrium is known exactly.",
        "Teaching and testing machine learning on lattices of statistical physics.",
    ],
    "rai:dataBiases": [
        "Classes differ in size, as in the paper's Table 1.",
        "Temperatures are uniform within a class, not over the whole range.",
        "The paper's configs stop short of equilibrium near the critical temperature.",
    ],
    "rai:dataLimitations": [
        "One lattice size, 100 x 100.",
        "Test labels can be regenerated by anyone: only private draws measure untrusted models.",
        "The energy alone decides the class as well as anything can.",
        "Bare ground states repeat within and across splits.",
    ],
    "rai:dataSocialImpact": "None known: the images show no people, places or cultural objects.",
    "rai:personalSensitiveInformation": ["None."],
    "rai:dataReleaseMaintenancePlan": "Published data never change under their tag; a fault "
    "becomes an erratum on the card and, where it touches data, a new version.",
}
