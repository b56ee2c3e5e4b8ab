"""What the patient's pages show."""

from journeys.portal.selectors.home import home
from journeys.portal.selectors.pages import step_page
from journeys.portal.selectors.readers import readers

__all__ = ["home", "readers", "step_page"]
