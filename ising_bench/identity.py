"""What the dataset is called, what it is in a sentence, and where it lives."""

from dataclasses import dataclass

NAME = "ising-bench"
HUB = "https://huggingface.co"  # for readers, whatever mirror a push goes through
DATASET_ID = "ising-bench/ising-bench"  # where its releases are published on the Hub
ARXIV = "2109.13925"
PAPER_URL = f"https://arxiv.org/abs/{ARXIV}"
LICENSE = "cc-by-4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"
# of any release, after what it is
ORIGIN = (
    "By the protocol of arXiv 2109.13925, reproducible bit for bit, with the best score that can "
    "be expected in equilibrium known."
)
KEYWORDS = ("physics", "ising-model", "monte-carlo", "statistical-mechanics")


def tag_of(release: str) -> str:
    """The tag under which a release of the data stands, whatever the version of the package."""
    return f"v{release}"


@dataclass(frozen=True)
class Home:
    """Where a folder is published: a dataset repository on the Hub, ORG/NAME, and a tag."""

    repo: str
    tag: str

    @property
    def page(self) -> str:
        return f"{HUB}/datasets/{self.repo}"

    def url(self, path: str) -> str:
        """Where one of its files can be downloaded."""
        return f"{self.page}/resolve/{self.tag}/{path}"
