"""The number of the ambulance."""

DEFAULT = "112"  # the European Union, and mobile phones nearly everywhere
BY_COUNTRY = {"AU": "000", "CA": "911", "GB": "999", "NZ": "111", "US": "911"}


def emergency_number(country: str) -> str:
    """Return the number to call when a life is in danger, by ISO 3166 code of the country."""
    return BY_COUNTRY.get(country, DEFAULT)
