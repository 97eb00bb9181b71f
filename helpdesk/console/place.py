"""The units of the branch that a ticket, an officer or a calendar may belong to; their names are in the catalogues."""

from helpdesk.error import InvalidInput

UNITS = ("mong-cai", "hoanh-mo", "bac-phong-sinh", "hon-gai", "cam-pha", "van-gia")


def checked(name: str) -> str | None:
    """A unit by its id, None for the branch as a whole; raises InvalidInput."""
    if name in ("", *UNITS):
        return name or None
    raise InvalidInput("there is no such unit; choose one of the list")
