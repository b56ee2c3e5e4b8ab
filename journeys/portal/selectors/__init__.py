"""What the patient's pages show."""

from journeys.portal.selectors.appointments import appointment_page, appointments
from journeys.portal.selectors.home import home
from journeys.portal.selectors.pages import step_page
from journeys.portal.selectors.readers import readers

__all__ = ["appointment_page", "appointments", "home", "readers", "step_page"]
