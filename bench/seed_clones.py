"""A busy system from a few lived journeys: whole patients copied by the thousand in SQL.

Every column of a model is copied as it stands, so a new column needs no change here; only keys,
unique texts and dates differ. One statement writes each table; indexes, foreign keys and triggers
are set aside while it does, because checking three million rows one by one takes an hour.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models import DateField, DateTimeField, Field, ForeignKey, GeneratedField, UUIDField

# Whom each row belongs to: the field that leads one step nearer to the patient.
OWNERS = {
    "patients.Patient": "",
    "patients.CareRelation": "patient",
    "planning.Journey": "patient",
    "planning.Cycle": "journey",
    "planning.Stage": "cycle",
    "planning.Activity": "cycle",
    "planning.Appointment": "activity",
    "planning.PlanRevision": "journey",
    "planning.PlanChange": "revision",
}
# What notifications knows of a patient hangs on the uid of the journey instead.
THREADS = {"notifications.Topic": "thread", "notifications.Reminder": "thread"}
SETTINGS = "SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '256MB'"

GIVEN = [
    "Ada",
    "Aino",
    "Alma",
    "Arvid",
    "Astrid",
    "Axel",
    "Berta",
    "Bo",
    "Britt",
    "Clara",
    "Dag",
    "Edda",
    "Einar",
    "Elin",
    "Elsa",
    "Emil",
    "Erik",
    "Ester",
    "Frida",
    "Greta",
    "Gustav",
    "Hanna",
    "Harald",
    "Hedda",
    "Henrik",
    "Ida",
    "Inga",
    "Ivar",
    "Jonas",
    "Karin",
    "Klara",
    "Lars",
    "Leo",
    "Lisa",
    "Maja",
    "Malin",
    "Nils",
    "Oskar",
    "Petra",
    "Sara",
    "Siv",
    "Sven",
    "Tove",
    "Ulf",
    "Vera",
    "Viggo",
    "Wilma",
]
FAMILY = [
    "Aas",
    "Adler",
    "Alm",
    "Anker",
    "Bakke",
    "Berg",
    "Blom",
    "Borg",
    "Brandt",
    "Dahl",
    "Ek",
    "Engel",
    "Falk",
    "Fors",
    "Frost",
    "Gran",
    "Grip",
    "Hagen",
    "Hall",
    "Hammar",
    "Hed",
    "Holm",
    "Ihle",
    "Jung",
    "Kahn",
    "Krogh",
    "Lang",
    "Lind",
    "Lund",
    "Malm",
    "Moe",
    "Nord",
    "Nygren",
    "Odell",
    "Palm",
    "Quist",
    "Rask",
    "Rosen",
    "Sand",
    "Skog",
    "Sten",
    "Strand",
    "Thorn",
    "Ulv",
    "Vang",
    "Vik",
    "Wall",
    "Wik",
    "Zander",
    "Åberg",
    "Öberg",
]
ENDS = [
    "bacher",
    "by",
    "dal",
    "en",
    "feldt",
    "gaard",
    "heim",
    "ius",
    "lund",
    "man",
    "ner",
    "qvist",
    "roth",
    "son",
    "stedt",
    "strom",
    "vik",
    "witz",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where copies of one table get their keys: `first` plus `width` for each copied patient."""

    model: type[models.Model]
    first: int
    width: int

    @property
    def table(self) -> str:
        """Return the name of the table."""
        return self.model._meta.db_table  # noqa: SLF001 - Django documents it for this use

    @property
    def origins(self) -> str:
        """Return the name of the temporary table of the rows that are copied."""
        return f"origin_{self.table}"


def clone_patients(number: int, *, centres: Mapping[int, int], days: int) -> None:
    """Copy the patients in the database until `number` more are there.

    They are spread over `centres`, each with the person who coordinates its journeys, and moved
    in time by up to `days` either way.
    """
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute(
            """
            CREATE TEMP TABLE copy AS
            SELECT i AS number, origin.id AS origin,
                   (i * 31 %% (2 * %(days)s + 1)) - %(days)s AS days,
                   (%(centres)s::bigint[])[1 + (i / origin.many) %% cardinality(%(centres)s)]
                     AS centre,
                   (%(people)s::bigint[])[1 + (i / origin.many) %% cardinality(%(centres)s)]
                     AS coordinator
              FROM generate_series(0, %(number)s - 1) AS i
              JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place,
                           count(*) OVER () AS many
                      FROM patients_patient) AS origin ON origin.place = i %% origin.many
            """,
            {
                "days": days,
                "number": number,
                "centres": list(centres),
                "people": list(centres.values()),
            },
        )
        places = dict(_places(cursor))
        for place in places.values():
            with _bare(cursor, place.table):
                cursor.execute(_copying(place, places))
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{place.table}', 'id'), max(id)) "  # noqa: S608 - names of our own tables
                f"FROM {place.table}"
            )


def _places(cursor: CursorWrapper) -> Iterator[tuple[type[models.Model], Place]]:
    """Number the rows that are copied, patient by patient, one table after another."""
    roots: dict[str, str] = {}
    for label, owner in OWNERS.items():
        model = apps.get_model(label)
        table = model._meta.db_table  # noqa: SLF001
        roots[label] = f"origin_{table}"
        source = f"SELECT id, id AS root FROM {table}"  # noqa: S608
        if owner:
            above = model._meta.get_field(owner)  # noqa: SLF001
            parents = f"origin_{above.related_model._meta.db_table}"  # noqa: SLF001
            source = (
                f"SELECT row.id, parent.root FROM {table} AS row "  # noqa: S608
                f"JOIN {parents} AS parent ON parent.id = row.{above.attname}"
            )
        yield model, _numbered(cursor, model, source)
    for label, source in _thread_sources():
        model = apps.get_model(label)
        yield model, _numbered(cursor, model, source)


def _thread_sources() -> Iterator[tuple[str, str]]:
    yield (
        "notifications.Thread",
        "SELECT thread.id, origin.root FROM notifications_thread AS thread "
        "JOIN planning_journey AS journey USING (uid) "
        "JOIN origin_planning_journey AS origin ON origin.id = journey.id",
    )
    for label, owner in THREADS.items():
        table = apps.get_model(label)._meta.db_table  # noqa: SLF001
        yield (
            label,
            f"SELECT row.id, parent.root FROM {table} AS row "  # noqa: S608
            f"JOIN origin_notifications_thread AS parent ON parent.id = row.{owner}_id",
        )


def _numbered(cursor: CursorWrapper, model: type[models.Model], source: str) -> Place:
    table = model._meta.db_table  # noqa: SLF001
    cursor.execute(
        f"CREATE TEMP TABLE origin_{table} AS SELECT id, root, "  # noqa: S608
        f"row_number() OVER (PARTITION BY root ORDER BY id) AS place FROM ({source}) AS found"
    )
    cursor.execute(f"ALTER TABLE origin_{table} ADD PRIMARY KEY (id); ANALYZE origin_{table}")
    cursor.execute(
        f"SELECT (SELECT coalesce(max(id), 0) FROM {table}), "  # noqa: S608
        f"(SELECT coalesce(max(place), 1) FROM origin_{table})"
    )
    first, width = cursor.fetchone()
    return Place(model=model, first=first, width=width)


def _copying(place: Place, places: Mapping[type[models.Model], Place]) -> str:
    """Return the statement that writes every copy of one table."""
    columns, values, joins = [], [], []
    for field in place.model._meta.local_concrete_fields:  # noqa: SLF001
        if isinstance(field, GeneratedField):
            continue
        columns.append(f'"{field.column}"')
        above = places.get(field.related_model) if isinstance(field, ForeignKey) else None
        if above:
            joins.append(
                f'LEFT JOIN {above.origins} AS "of_{field.name}" '
                f'ON "of_{field.name}".id = row."{field.column}"'
            )
        values.append(_value(field, above, place))
    return (
        f"INSERT INTO {place.table} ({', '.join(columns)}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM copy JOIN {place.origins} AS origin ON origin.root = copy.origin "
        f"JOIN {place.table} AS row ON row.id = origin.id {' '.join(joins)}"
    )


def _value(field: "Field[object, object]", above: Place | None, place: Place) -> str:
    """Return what a copy holds in a column instead of what its original holds."""
    given = _given(f"{place.table}.{field.column}")
    if given:
        return given
    column = f'row."{field.column}"'
    if field.primary_key:
        return f"{place.first} + copy.number * {place.width} + origin.place"
    if above:
        key = f'"of_{field.name}".place'
        return f"{above.first} + copy.number * {above.width} + {key}"
    if isinstance(field, UUIDField):
        return f"md5({column}::text || copy.number)::uuid"
    if isinstance(field, DateTimeField):
        return f"{column} + copy.days * interval '1 day'"
    return f"{column} + copy.days" if isinstance(field, DateField) else column


def _given(column: str) -> str | None:
    """Return the value of the columns that may not, or need not, be like the original's."""
    if column.endswith(".centre_id"):
        return "copy.centre"
    given = {
        "patients_patient.user_id": "NULL::bigint",
        "patients_patient.given_name": _one_of(GIVEN, 7),
        "patients_patient.family_name": f"{_one_of(FAMILY, 11)} || {_one_of(ENDS, 5)}",
        "patients_patient.identifier": "'B' || lpad(copy.number::text, 7, '0')",
        "patients_patient.email": "''",
        "patients_patient.birth_on": "row.birth_on + (copy.number % 9000)::int - 4500",
        "patients_carerelation.from_on": "row.from_on - 60",
        "planning_journey.coordinator_id": "copy.coordinator",
        "planning_cycle.chain_of_identity": "row.chain_of_identity || '-' || copy.number",
    }
    return given.get(column)


def _one_of(words: list[str], turn: int) -> str:
    quoted = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{quoted}])[1 + (hashint4(copy.number + {turn}) & 1048575) % {len(words)}]"


@contextmanager
def _bare(cursor: CursorWrapper, table: str) -> Iterator[None]:
    """Take triggers, foreign keys and plain indexes off a table, and put them back afterwards."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('f', 'x')",
        [table],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        "SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid) "
        "FROM pg_index AS index LEFT JOIN pg_constraint ON conindid = index.indexrelid "
        "WHERE index.indrelid = %s::regclass AND pg_constraint.oid IS NULL",
        [table],
    )
    indexes = cursor.fetchall()
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for name, _definition in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
