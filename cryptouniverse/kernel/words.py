"""Marking text for translation where Django is not: faces translate what they show."""


def gettext_noop(text: str) -> str:
    """`text` as it is; `makemessages` finds it by this name."""
    return text
