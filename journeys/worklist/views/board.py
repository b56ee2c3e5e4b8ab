"""The board by stage, as lanes or as a table, and one of its lanes with all its cards."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.worklist.access import Desk, at_desk
from journeys.worklist.domain import FilterPage
from journeys.worklist.selectors.board import FIRST_CARDS, Scene, board, open_lane
from journeys.worklist.selectors.columns import columns_of
from journeys.worklist.selectors.list_tools import list_tools
from journeys.worklist.selectors.owners import owner_asked_for


@require_safe
@at_desk
def show_board(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Show where every active journey of the centre stands; the address says what is kept.

    `?lane=` opens a lane; when the page is there already, it is all that is sent.
    """
    scene = _scene(request, desk)
    if scene.lane and request.htmx and request.htmx.target == f"cards-{scene.lane}":
        return _show_lane(request, scene)
    bar, narrowing, _ = list_tools(
        user=desk.user,
        centre=desk.centre,
        centres=desk.centres,
        page=FilterPage.BOARD,
        query=request.GET.dict(),
    )
    if bar.default_href:
        return redirect(bar.default_href)
    shown = board(scene, narrowing.stages)
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "board": shown,
        "bar": bar,
        "scene": scene,
        "owners": narrowing.owners,
        "protocols": narrowing.protocols,
        "is_table": request.GET.get("view") == "table",
    }
    is_region = request.htmx and request.htmx.target == "board"
    template = "worklist/partials/_board.html" if is_region else "worklist/board.html"
    page = TemplateResponse(request, template, context)
    return reads.drawn(request, shown.cards, page, how=ReadHow.LIST, centre=desk.centre)


def _scene(request: SignedInRequest, desk: Desk) -> Scene:
    asked = request.GET
    return Scene(
        user=desk.user,
        centre=desk.centre,
        today=desk.today,
        owner=owner_asked_for(asked.get("owner", ""), reader=desk.user, centre=desk.centre),
        protocol=asked.get("protocol", ""),
        lane=asked.get("lane", ""),
    )


def _show_lane(request: SignedInRequest, scene: Scene) -> HttpResponse:
    """Show the cards of a lane, with the keyboard at the first that was not shown before."""
    lane = open_lane(scene, columns_of(scene.centre))
    if lane is None:
        raise Http404
    context = {"lane": lane, "scene": scene, "today": scene.today, "focus": FIRST_CARDS}
    page = TemplateResponse(request, "worklist/partials/_lane_cards.html", context)
    return reads.drawn(request, lane.cards, page, how=ReadHow.LIST, centre=scene.centre)
