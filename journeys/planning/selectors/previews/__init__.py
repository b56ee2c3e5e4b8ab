"""A proposed change of any kind as its preview shows it, the same wherever one is shown."""

from journeys.planning.selectors.previews.dates import DateLine
from journeys.planning.selectors.previews.preview import Preview, preview_of

__all__ = ["DateLine", "Preview", "preview_of"]
