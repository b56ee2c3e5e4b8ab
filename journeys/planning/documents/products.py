"""The products file: what the cells are called and what they bind to."""

from dataclasses import dataclass
from pathlib import Path

from journeys.planning.documents.located import read_yaml
from journeys.planning.documents.schema import check_shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEntry:
    """One engineered cell product."""

    code: str
    name: str
    target: str


def read_products_file(path: Path) -> tuple[ProductEntry, ...]:
    """Read and check the products file.

    Raises:
        DocumentProblem: the file is not YAML, or not of the products' shape.
    """
    located = read_yaml(path)
    check_shape(located, "products")
    return tuple(ProductEntry(**entry) for entry in located.document)
