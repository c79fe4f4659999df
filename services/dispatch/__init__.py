"""Dispatch: a text goes to a carrier at most once, in order, never after STOP; every report counts.

Topics in: conversation-events, carrier-events (receipts), delivery-commands (its own answers and
timers). Topics out: delivery-events; conversation-commands to router.
"""
