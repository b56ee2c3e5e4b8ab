"""How the patient wants to be reached, and proving that an address is theirs."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from carttrack.accounts.access import SignedInRequest
from journeys.patients.services import EmailTaken
from journeys.planning.services import (
    adopt_address,
    choose_preferences,
    known_recipient,
    patient_recipient,
)
from journeys.portal.access import OwnRecord, on_own_record
from journeys.portal.forms import AddressForm, address_form
from notifications.forms import CodeForm, PreferencesForm
from notifications.selectors.preferences import offered_channels, ways_of
from notifications.services import (
    CodeNotRight,
    CodeNotSent,
    TooManyCodes,
    check_code,
    send_code,
)

SENT_TO = "code_sent_to"  # in the session: channel and address that a code is on its way to


@require_http_methods(["GET", "HEAD", "POST"])
@on_own_record
def preferences(request: SignedInRequest, record: OwnRecord) -> HttpResponse:
    """Show and keep what the patient chose about their messages."""
    _check_open(record)
    form = PreferencesForm(
        request.POST or None,
        recipient=known_recipient(record.patient),
        channels=offered_channels(),
    )
    if request.method == "POST" and form.is_valid():
        choose_preferences(
            patient=record.patient,
            language=form.cleaned_data["language"],
            chosen=form.chosen,
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("Your choices are saved. They hold from now on."))
        return redirect("portal:preferences")
    return _page(request, record, form=form)


@require_POST
@on_own_record
def ask_code(request: SignedInRequest, record: OwnRecord, channel: str) -> HttpResponse:
    """Send a code to the address that the patient gave, which may be a new one."""
    _check_open(record, channel)
    form = address_form(channel, request.POST)
    if not form.is_valid():
        return _page(request, record, address=form)
    value = form.cleaned_data["value"]
    try:
        send_code(
            recipient=patient_recipient(record.patient),
            channel=channel,
            value=value,
            now=timezone.now(),
        )
    except TooManyCodes:
        form.add_error("value", _("A code was sent just now. Wait a little, then ask again."))
    except CodeNotSent:
        form.add_error("value", _("The code could not be sent there. Check it, or try later."))
    if form.errors:
        return _page(request, record, address=form)
    request.session[SENT_TO] = [channel, value]
    return redirect("portal:code", channel=channel)


@require_http_methods(["GET", "HEAD", "POST"])
@on_own_record
def code(request: SignedInRequest, record: OwnRecord, channel: str) -> HttpResponse:
    """Take the code, and write to the address that it proves from now on."""
    _check_open(record, channel)
    sent_channel, value = request.session.get(SENT_TO) or ("", "")
    if sent_channel != channel:
        return redirect("portal:preferences")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _adopted(request, record, channel, form):
        del request.session[SENT_TO]
        messages.success(request, _("Thank you. From now on we reach you at %s.") % value)
        return redirect("portal:preferences")
    context = {"form": form, "channel": channel, "value": value, "centre": record.centre}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/code.html", context, status=status)


def _adopted(request: SignedInRequest, record: OwnRecord, channel: str, form: CodeForm) -> bool:
    """Use the code; what is wrong with it stands beside the field."""
    now = timezone.now()
    try:
        proved = check_code(
            recipient=patient_recipient(record.patient),
            channel=channel,
            code=form.cleaned_data["code"],
            now=now,
        )
        adopt_address(
            patient=record.patient, channel=channel, value=proved, by=request.user, now=now
        )
    except CodeNotRight:
        form.add_error("code", _("This code is not right, or too old. Ask for a new one."))
    except EmailTaken:
        form.add_error("code", _("Somebody else signs in with this address."))
    return not form.errors


def _check_open(record: OwnRecord, channel: str = "") -> None:
    """Refuse where nobody is written to any more, and a channel that is not offered.

    Raises:
        Http404: there is nothing to choose.
    """
    if record.patient.died_on or (channel and channel not in offered_channels()):
        raise Http404


def _page(
    request: SignedInRequest,
    record: OwnRecord,
    *,
    form: PreferencesForm | None = None,
    address: AddressForm | None = None,
) -> HttpResponse:
    recipient = known_recipient(record.patient)
    form = form or PreferencesForm(recipient=recipient, channels=offered_channels())
    typed = {address.channel: address} if address else {}
    ways = [
        (way, typed.get(way.channel) or address_form(way.channel, value=way.value))
        for way in ways_of(recipient)
    ]
    has_errors = form.errors or address is not None
    return render(
        request,
        "portal/preferences.html",
        {"form": form, "ways": ways, "centre": record.centre, "day": record.today},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if has_errors else HTTPStatus.OK,
    )
