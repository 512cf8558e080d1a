"""The data on disk and on the Hub: built, verified, generated, read."""
