"""No clinical table without its net: a new model fails here until it has one."""

import pytest
from django.apps import apps
from pghistory.core import event_models
from pghistory.models import Event

# Tables of the journeys' apps that are no part of any patient's record.
NOT_CLINICAL = {
    "planning.Product",
    "planning.LabelRule",
    "planning.Protocol",
    "planning.ProtocolVersion",
    "worklist.SavedFilter",
}
CLINICAL = [
    model
    for config in apps.get_app_configs()
    if config.name.startswith("journeys.")
    for model in config.get_models()
    if not issubclass(model, Event) and model._meta.label not in NOT_CLINICAL
]
# Who could see a patient on a past day is part of the record too.
KEPT = [*CLINICAL, apps.get_model("accounts.Membership")]


def guards(model):
    return {trigger.name for trigger in getattr(model._meta, "triggers", [])}


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model._meta.label)
@pytest.mark.feature(110)
def test_clinical_rows_are_never_deleted_and_every_version_is_kept(model):
    is_append_only = "append_only" in guards(model)

    assert is_append_only or "never_deleted" in guards(model)
    assert is_append_only or event_models(tracks_model=model)


@pytest.mark.parametrize("model", event_models(), ids=lambda model: model._meta.label)
def test_versions_are_only_ever_added(model):
    assert "append_only" in guards(model)


def test_the_list_of_exceptions_names_tables_that_exist():
    assert {apps.get_model(label)._meta.label for label in NOT_CLINICAL} == NOT_CLINICAL
