"""Whose message is this, and may this be said? Pure rules over what the router remembers."""
