"""Where carriers call."""
