"""One factory makes the rows of a model: two that count for themselves would meet at one value."""

from collections import Counter
from importlib import import_module
from pathlib import Path

from django.conf import settings
from factory.base import FactoryMetaClass
from factory.django import DjangoModelFactory


def test_no_model_has_two_factories():
    root = Path(settings.BASE_DIR)
    found = {
        thing
        for file in (root / "tests").rglob("factories.py")
        for thing in vars(
            import_module(".".join(file.relative_to(root).with_suffix("").parts))
        ).values()
        if isinstance(thing, FactoryMetaClass) and issubclass(thing, DjangoModelFactory)
    } - {DjangoModelFactory}

    models = Counter(factory._meta.model for factory in found)

    assert models
    assert [model for model, number in models.items() if number > 1] == []
