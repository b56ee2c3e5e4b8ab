"""How long a text is on a telephone: GSM 7-bit characters, of which 160 make one message."""

LONGEST = 160
# The default alphabet of 3GPP TS 23.038 (GSM 03.38), section 6.2.1, and its extension table,
# whose characters count twice.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")


def gsm_length(text: str) -> int:
    """Return how many characters of a text message the text takes."""
    return sum(2 if letter in EXTENDED else 1 for letter in text)


def foreign_to_gsm(text: str) -> tuple[str, ...]:
    """Return the characters that would turn the text into Unicode, and cut its room to 70."""
    return tuple(dict.fromkeys(letter for letter in text if letter not in BASIC | EXTENDED))
