"""Examples for the style page: one of every component, with invented content."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from carttrack.ui import states
from carttrack.ui.ruler import RulerWindow


class SampleForm(forms.Form):
    """A form with one field of each kind; sent empty it shows how errors look."""

    name = forms.CharField(label="Family name", max_length=80)
    weight_kg = forms.DecimalField(
        label="Body weight",
        help_text="As measured on the day of collection.",
        widget=forms.NumberInput(attrs={"data-unit": "kg", "inputmode": "decimal"}),
    )
    on = forms.DateField(label="Day of collection", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(
        label="Reason", choices=[("", "Choose a reason"), ("slip", "Product is late")]
    )
    told = forms.ChoiceField(
        label="Was the patient told?",
        choices=[("yes", "Yes"), ("no", "Not yet")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    is_urgent = forms.BooleanField(label="Needs an answer today", required=False)


def samples(*, today: date, now: datetime) -> dict[str, Any]:
    """Return what the style page shows, dated around `today`."""
    return {
        "today": today,
        "now": now,
        "states": list(states.LOOKS),
        "tiles": _tiles(),
        "tabs": [
            {"label": "Plan", "href": "#", "current": True},
            {"label": "Messages", "href": "#"},
            {"label": "History", "href": "#"},
        ],
        "stages": _stages(),
        "rows": _rows(today, now),
        "windows": _windows(today),
        "day_0": today - timedelta(days=20),
        "axis_start": today - timedelta(days=80),
        "axis_end": today + timedelta(days=365 * 15 - 20),
        "centre": SimpleNamespace(
            name="Northlake University Hospital", short_name="Northlake", phone="+46 8 123 456 00"
        ),
        "reasons": [
            "Four weeks after discharge (3 March); protocol axi-cel-lbcl version 3.",
            "Window 3 days before to 7 days after.",
            "Moved from Sunday 29 March to the next open day.",
        ],
    }


def _tiles() -> list[dict[str, Any]]:
    return [
        {"number": 6, "label": "need a hand", "tone": "bad", "href": "#tiles"},
        {"number": 11, "label": "today", "href": "#tiles"},
        {"number": 23, "label": "this week", "href": "#tiles"},
        {"number": 2, "label": "messages not delivered", "tone": "warn", "href": "#tiles"},
        {"number": "100+", "label": "in follow-up"},
    ]


def _stages() -> list[dict[str, str]]:
    names = [
        "Referral",
        "Collection",
        "Manufacturing",
        "Lymphodepletion",
        "Infusion and monitoring",
        "Return visit",
        "Follow-up",
    ]
    marks = ["done", "done", "done", "done", "now", "later", "later"]
    return [{"name": name, "state": mark} for name, mark in zip(names, marks, strict=True)]


def _rows(today: date, now: datetime) -> list[SimpleNamespace]:
    """Rows of a timeline, seen twice: by staff and by the patient."""

    def row(name: str, state: str, days: int, number: int, **more: Any) -> SimpleNamespace:
        on = today + timedelta(days=days)
        known = {"opens": on - timedelta(days=3), "closes": on + timedelta(days=7), "at": None}
        return SimpleNamespace(
            uid=name.lower().replace(" ", "-"),
            name=name,
            state=state,
            on=on,
            day_number=number,
            **({"place": "", "reasons": []} | known | more),
        )

    return [
        row("Infusion", "done", -20, 0, opens=None, closes=None, place="Ward 4"),
        row("Discharge", "overdue", -4, 16, place="Ward 4"),
        row("Blood count", "now", 0, 20, at=now, place="Clinic B"),
        row(
            "Return visit",
            "booked",
            8,
            28,
            at=now + timedelta(days=8),
            reasons=["Four weeks after discharge."],
        ),
        row("Day 100 visit", "planned", 80, 100),
        row("Visit at year 1", "later", 345, 365),
        row("Extra scan", "cancelled", 12, 32),
    ]


def _windows(today: date) -> list[RulerWindow]:
    def window(row: str, first: int, last: int, on: int | None, state: str) -> RulerWindow:
        return RulerWindow(
            row=row,
            label=row,
            opens=today + timedelta(days=first),
            closes=today + timedelta(days=last),
            on=None if on is None else today + timedelta(days=on),
            state=state,
        )

    years = [
        window("Yearly visits", 365 * y - 50, 365 * y + 10, None, "later") for y in range(2, 15)
    ]
    return [
        window("Leukapheresis", -72, -66, -70, "done"),
        window("Manufacturing", -66, -28, -30, "done"),
        window("Lymphodepletion", -25, -23, -25, "done"),
        window("Infusion", -20, -20, -20, "done"),
        window("Discharge", -8, -2, -4, "overdue"),
        window("Return visit", 5, 15, 8, "booked"),
        window("Day 100 visit", 73, 94, 80, "planned"),
        *years,
    ]
