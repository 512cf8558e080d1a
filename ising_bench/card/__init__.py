"""The documents that go with the data: the card, its header, Croissant, the citation."""
