"""What comes in when nobody means well, or when a browser, a script or a tired person errs."""

LONG = "A" * 100_000
BEYOND_BIGINT = "9223372036854775808"
SUPERSCRIPT_TWO = "\N{SUPERSCRIPT TWO}"  # a digit that is no number

ANYWHERE = (
    "",
    " ",
    "\x00",
    "a\x00b",
    LONG,
    BEYOND_BIGINT,
    "-1",
    "9" * 5000,
    "not-a-uuid",
    "00000000-0000-0000-0000-000000000000",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe",
    "first\r\nBcc: second@example.org",
)
TEXTS = (
    "=cmd|' /C calc'!A0",
    "\N{GRINNING FACE}" * 40,
    "' OR 1=1; --",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }} {% csrf_token %}",
    "%(name)s %s %d {0}",
    "\N{ZERO WIDTH SPACE}",
    "A" * 2047,
    "a " * 2000,
    "\\' & | ! <-> :*",
    "\N{COMBINING GRAVE ACCENT}" * 50,
)
DAYS = (
    "0000-01-01",
    "0001-01-01",
    "1899-12-31",
    "1969-12-31",
    "2016-01-01",
    "2024-02-29",
    "2025-02-29",
    "2026-02-30",
    "2400-06-15",
    "9999-01-01",
    "9999-12-31",
    "10000-01-01",
    "tomorrow",
    "01/02/03",
    "2026-W10-2",
    "2026-03-29T02:30",
)
HOURS = ("00:00", "02:30", "23:59:59.999999", "24:00", "25:61", "noon", "-1:00")
NUMBERS = (
    "0",
    "-0",
    "1",
    "32768",
    "65536",
    "2147483648",
    "1e9",
    "1e309",
    "NaN",
    "-Infinity",
    "0.0000000001",
    "1,5",
    SUPERSCRIPT_TWO,
    "\N{ARABIC-INDIC DIGIT ONE}",
)
ORDERS = ("name", "-name", "--name", "-", "pk", "password", "user__password", "?")

QUERIES = (
    *ANYWHERE,
    *TEXTS[3:],
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "0001-01-01.1",
    "9999-12-31.99999999999999999999",
    "1e309",
    "NaN",
    "0",
    SUPERSCRIPT_TWO,
    *ORDERS[1:5],
)
# Already encoded: what no honest browser writes.
RAW_QUERIES = (
    "%s=%%ff%%fe",
    "%s=%%00",
    "%s=%%ed%%a0%%80",
    "%s=a&%s=b",
    "%s[]=1",
    "%s",
    "%s=%%",
    "=%s",
    "&&%s=;&",
)
RAW_SEGMENTS = (
    "%00",
    "%ff",
    "..%2f..%2fetc%2fpasswd",
    "00000000-0000-0000-0000-000000000000",
    "0",
    "-1",
    BEYOND_BIGINT,
    "9" * 5000,
    "%F0%9F%98%80",
    "a%0d%0aSet-Cookie:x=y",
)
