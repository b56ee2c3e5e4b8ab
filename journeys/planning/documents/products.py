"""The products file: the engineered cell products that protocols and rulesets name."""

from dataclasses import dataclass
from pathlib import Path

from journeys.planning.documents.located import read_yaml
from journeys.planning.documents.schema import check_shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEntry:
    """One product: its code in other files, its name, and the molecule its cells bind to."""

    code: str
    name: str
    target: str


def read_products_file(path: Path) -> tuple[ProductEntry, ...]:
    """Read and check the products file.

    Raises:
        DocumentProblem: the file is not YAML, not of its shape, or names a product twice.
    """
    located = read_yaml(path)
    check_shape(located, "products")
    entries: dict[str, ProductEntry] = {}
    for n, product in enumerate(located.document["products"]):
        if product["code"] in entries:
            raise located.problem("another product has this code", ("products", n, "code"))
        entries[product["code"]] = ProductEntry(
            code=product["code"], name=product["name"], target=product.get("target", "")
        )
    return tuple(entries.values())
