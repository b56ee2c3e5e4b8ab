"""What the patient's pages show."""

from journeys.portal.selectors.home import home, journey_of
from journeys.portal.selectors.pages import step_page
from journeys.portal.selectors.readers import readers

__all__ = ["home", "journey_of", "readers", "step_page"]
