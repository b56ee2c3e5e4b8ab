"""Calendar dates as people and files write them."""

import re
from datetime import date

# A treatment outside these years is a slip of the keyboard.
FIRST_YEAR, LAST_YEAR = 1900, 2199
YEAR_MONTH_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_date(text: str) -> date:
    """Read a date like 2026-02-28; other ISO 8601 spellings are refused as too easy to misread.

    Raises:
        ValueError: the text is not written that way, the calendar has no such day, or the year is
            not one in which anybody is treated.
    """
    if not YEAR_MONTH_DAY.fullmatch(text):
        raise ValueError(f"{text} is not a date; write year, month and day like 2026-02-28")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text} is not a date in the calendar") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{text} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day
