"""Where the site is reached: noted when it is served, for links that no request makes."""

from __future__ import annotations

from baobab.notifications.addresses import DEFAULT, address_note, site_address


def remember_address(address: str) -> None:
    """Note where this data folder was last served."""
    address_note().write_text(address)


__all__ = ["DEFAULT", "remember_address", "site_address"]
