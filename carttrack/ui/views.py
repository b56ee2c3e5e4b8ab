"""The style page: every component on one page, for whoever builds or reviews pages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from carttrack.ui.gallery import SampleForm, samples


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; `?face=patient` shows those of the patients' pages."""
    face = "patient" if request.GET.get("face") == "patient" else "staff"
    context = samples(today=timezone.localdate(), now=timezone.now())
    context |= {
        "form": SampleForm({}) if "errors" in request.GET else SampleForm(),
        "page": Paginator(range(120), 20).get_page(request.GET.get("page")),
    }
    return render(request, f"ui/gallery_{face}.html", context)
