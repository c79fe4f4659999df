"""The gateway shows each viewer what is so for them, and carries their wishes to who decides them.

Reads every `*-events` topic into read models, and `answers`, `signals`; writes `*-commands`,
`signals`. A frame of the feed never precedes its commit, and an answer is a decision, never a guess.
"""
