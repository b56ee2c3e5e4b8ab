"""The list of patients, one patient, and registering a new one."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from carttrack.prepared import Asked, Later
from carttrack.ui.listing import address
from journeys.patients.forms import ContactsForm, PatientForm
from journeys.patients.models import Patient
from journeys.patients.selectors import head_of
from journeys.patients.services import (
    DateImpossible,
    EmailTaken,
    IdentifierTaken,
    register_patient,
)
from journeys.planning.services import change_contacts
from journeys.planning.state_labels import JOURNEY_STATUS_LABELS
from journeys.planning.workspace import centre_today
from journeys.worklist.access import (
    RECORDERS,
    SCHEDULERS,
    Desk,
    at_desk,
    at_desk_asking,
    on_patient,
)
from journeys.worklist.domain import FilterPage
from journeys.worklist.selectors.finding import NO_JOURNEY, Filters, asked_for_page, page_of
from journeys.worklist.selectors.list_tools import list_tools
from journeys.worklist.selectors.owners import Owner, known_owner, owner_asked_for
from journeys.worklist.selectors.patients import asked_for_standings, patient_list
from journeys.worklist.selectors.records import history_lines, journeys_of, reader_lines

CONTACT_NAMES = tuple(ContactsForm.Meta.fields)


def _asked_at_once(request: HttpRequest, reader: User) -> list[list[Asked]]:
    """Return what the list asks together with the desk: the page, unless it depends on the desk."""
    owner = known_owner(request.GET.get("owner", ""), reader=reader)
    asked = asked_for_page(reader, _filters(request, owner)) if owner else None
    return [[asked]] if asked else []


@require_safe
@at_desk_asking(_asked_at_once)
def patients(request: SignedInRequest, desk: Desk, later: Later) -> HttpResponse:
    """Show the patients the person may see; search, filters, order and page are the address."""
    asked = request.GET
    owner = owner_asked_for(asked.get("owner", ""), reader=desk.user, centre=desk.centre)
    filters = _filters(request, owner)
    page = page_of(desk.user, filters, found=next(iter(later.round()), None))
    bar, narrowing, [standings] = list_tools(
        user=desk.user,
        centre=desk.centre,
        centres=desk.centres,
        page=FilterPage.PATIENTS,
        query=asked.dict(),
        beside=[asked_for_standings(page)],
    )
    if bar.default_href:
        return redirect(bar.default_href)
    found = patient_list(page, standings, today=desk.today)
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "found": found,
        "filters": filters,
        "bar": bar,
        "search": filters.text,
        "previous": address(asked, before=found.first) if found.has_previous else "",
        "next": address(asked, after=found.last) if found.has_next else "",
        "statuses": [*JOURNEY_STATUS_LABELS.items(), (NO_JOURNEY, _("No journey yet"))],
        "stages": narrowing.stages.items(),
        "owners": narrowing.owners,
        "protocols": narrowing.protocols,
    }
    is_region = request.htmx and request.htmx.target == "patients"
    template = "worklist/partials/_patients.html" if is_region else "worklist/patients.html"
    how = ReadHow.SEARCH if filters.text else ReadHow.LIST
    return reads.drawn(request, found.rows, TemplateResponse(request, template, context), how=how)


def _filters(request: HttpRequest, owner: Owner) -> Filters:
    asked = request.GET
    return Filters(
        text=asked.get("q", "").strip(),
        status=asked.get("status", ""),
        stage=asked.get("stage", ""),
        protocol=asked.get("protocol", ""),
        owner=owner,
        sort=asked.get("sort", "name"),
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )


@require_safe
@on_patient
def patient(request: SignedInRequest, desk: Desk, patient: Patient) -> HttpResponse:
    """Show one patient: contacts, care, journeys, and who saw or changed the record."""
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "patient": patient,
        "head": head_of(patient, today=desk.today),
        "relations": patient.care_relations.select_related("centre").order_by("-from_on"),
        "journeys": journeys_of(desk.user, patient),
        "history": history_lines(patient),
        "readers": reader_lines(patient),
        "language": dict(settings.LANGUAGES).get(patient.language, patient.language),
        "may_change": _may_change(desk, patient),
        "may_choose": _may_change(desk, patient, roles=RECORDERS) and not patient.died_on,
        "may_start": desk.may_register and not patient.journeys.active().exists(),
    }
    return TemplateResponse(request, "worklist/patient.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def new_patient(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Register a patient and go on to the start of the journey."""
    if not desk.may_register:
        raise Http404
    form = PatientForm(request.POST or None, user=desk.user)
    if request.method == "POST" and form.is_valid():
        registered = _register(desk, form)
        if registered:
            messages.success(request, _("%(name)s is registered.") % {"name": registered.full_name})
            return redirect("worklist:journey-start", patient_uid=registered.uid)
    return _form_page(request, desk, form, title=_("New patient"), submit=_("Register patient"))


@require_http_methods(["GET", "HEAD", "POST"])
@on_patient
def contacts(request: SignedInRequest, desk: Desk, patient: Patient) -> HttpResponse:
    """Change how a patient and their relative are reached."""
    if not _may_change(desk, patient):
        raise Http404
    form = ContactsForm(request.POST or None, instance=patient)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in CONTACT_NAMES}
        try:
            change_contacts(patient=patient, by=desk.user, now=desk.now, **values)
        except EmailTaken:
            form.add_error("email", _("Somebody else signs in with this address."))
        else:
            messages.success(request, _("The contacts are saved."))
            return redirect("worklist:patient", patient_uid=patient.uid)
    title = _("Contacts of %(name)s") % {"name": patient.full_name}
    return _form_page(request, desk, form, title=title, submit=_("Save contacts"), patient=patient)


def _register(desk: Desk, form: PatientForm) -> Patient | None:
    values = {name: form.cleaned_data[name] for name in PatientForm.Meta.fields}
    centre: Centre = form.cleaned_data["centre"]
    try:
        return register_patient(
            centre=centre,
            by=desk.user,
            today=centre_today(centre, now=desk.now),
            now=desk.now,
            **values,
        )
    except DateImpossible:
        form.add_error("birth_on", _("This day cannot be right. Check the date of birth."))
    except IdentifierTaken:
        form.add_error("identifier", _("A patient with this identifier is already registered."))
    except EmailTaken:
        form.add_error("email", _("Somebody else signs in with this address."))
    return None


def _may_change(desk: Desk, patient: Patient, *, roles: frozenset[Role] = SCHEDULERS) -> bool:
    """Tell whether the person has one of the roles where the patient is cared for today."""
    caring = patient.care_relations.current().values_list("centre_id", flat=True)
    return any(desk.may(roles, centre_id) for centre_id in caring)


def _form_page(
    request: SignedInRequest,
    desk: Desk,
    form: ContactsForm,
    *,
    title: str,
    submit: str,
    patient: Patient | None = None,
) -> HttpResponse:
    context = {
        "desk": desk,
        "centre": desk.centre,
        "form": form,
        "title": title,
        "submit": submit,
        "patient": patient,
    }
    return render(
        request, "worklist/patient_form.html", context, status=422 if form.errors else 200
    )
