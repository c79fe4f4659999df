"""`tandem`, the operator's command: topics, dead letters, replay, why, history, raw, reparse.

Stands above all services and is imported by none; one file a family of verbs.
"""
