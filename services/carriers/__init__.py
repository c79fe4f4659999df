"""One module a carrier: verify, parse, build a send, read its answer; pure, no sockets, no clock.

Used by ingest and dispatch. Facts and their sources: design page carriers.md; the official SDKs are
development dependencies that our verifiers are tested against.
"""
