"""A release put together whole and sent to the Hub."""
