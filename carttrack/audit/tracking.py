"""The net under every clinical table: rows are copied at each change and are never removed."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

ModelType = TypeVar("ModelType", bound=type[models.Model])


def protected(*, update: bool = False) -> pgtrigger.Trigger:
    """Refuse DELETE and TRUNCATE on a table, and UPDATE too when asked.

    Clinical rows are corrected and never removed; records of what happened (`update=True`) are
    only ever added to. The trigger belongs to the statement, so it sees TRUNCATE as well. Usage,
    in a model's `Meta`: `triggers = [protected()]`.
    """
    refused = pgtrigger.Delete | pgtrigger.Truncate
    return pgtrigger.Trigger(
        name="append_only" if update else "never_deleted",
        operation=refused | pgtrigger.Update if update else refused,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'rows of % are kept: % is refused', TG_TABLE_NAME, TG_OP;",
    )


def tracked(*, exclude: Iterable[str] = ()) -> Callable[[ModelType], ModelType]:
    """Keep every version of every row of a model, whoever writes it and however.

    The copies are made by statement-level triggers, so `.update()`, `bulk_create`, raw SQL and a
    database shell are seen like `save()`. They land in `<Model>Event` in the model's own app,
    which allows INSERT only, and carry the request they belong to (`carttrack.audit.middleware`).
    `exclude` names columns that the database computes from others. Usage:

        @tracked()
        class Visit(models.Model): ...
    """
    track: Callable[[ModelType], ModelType] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
        append_only=False,  # the library's own guard does not see TRUNCATE; ours does
        level=pgtrigger.Statement,
        meta={"triggers": [protected(update=True)]},
    )
    return track
