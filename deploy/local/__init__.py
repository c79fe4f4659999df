"""Everything on one machine, with no Docker and nothing but Python; nothing is left running.

Start it as `python -m deploy.local`; tests use the same parts as a library.
"""
