"""Pictures of the data and of what was measured of them, for the card and for `show`."""
