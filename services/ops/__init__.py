"""`tandem`, the operator's command: topics, prepare, dead letters, refold, replay, why, history.

Stands above all services and is imported by none; one file a family of verbs.
"""
