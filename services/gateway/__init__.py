"""The gateway shows each viewer what is so for them, and carries their wishes to who decides them.

Reads the `*-events` topics into read models, and `answers`, `signals`; writes `*-commands` and
`signals`. A frame never precedes its commit, and an answer is a decision, never a guess.
"""
