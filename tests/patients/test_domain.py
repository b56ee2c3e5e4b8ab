"""Ages and masks."""

from datetime import date

import pytest

from journeys.patients.domain import age_on, masked_identifier


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 3, 2), date(2026, 3, 1), 25),
        (date(2000, 3, 2), date(2026, 3, 2), 26),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2026, 3, 2), date(2026, 3, 2), 0),
    ],
)
def test_the_age_changes_on_the_birthday(born, day, age):
    assert age_on(born, day) == age


def test_nobody_has_an_age_before_being_born():
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2026, 3, 2), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("identifier", "shown"), [("19610504-1234", "19610504-••••"), ("123", "•••"), ("", "")]
)
def test_the_end_of_an_identifier_is_hidden(identifier, shown):
    assert masked_identifier(identifier) == shown
