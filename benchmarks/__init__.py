"""Honest numbers: open-loop, from intended send times, with the box's own ruler beside each."""
