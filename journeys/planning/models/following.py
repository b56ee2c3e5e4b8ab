"""Triggers by which the database keeps one table's columns in step with another table's rows."""

import pgtrigger


def follow(name: str, func: str) -> list[pgtrigger.Trigger]:
    """Return the triggers that run `func` after rows of a table were added or changed.

    They belong to the statement, so that bulk writes and a database shell are followed as well.
    `func` finds the rows in `changed`; each trigger is named `name`, "after" and what was done.
    """
    return [
        pgtrigger.Trigger(
            name=f"{name}_after_{done}",
            operation=operation,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            referencing=pgtrigger.Referencing(new="changed"),  # type: ignore[no-untyped-call]
            func=func,
        )
        for done, operation in (("insert", pgtrigger.Insert), ("update", pgtrigger.Update))
    ]
