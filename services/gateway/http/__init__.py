"""The gateway's API under /api/v1: it says what is so for this viewer, or a problem with a code."""
