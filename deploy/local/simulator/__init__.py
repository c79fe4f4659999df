"""The carriers and their customers on loopback, as strict as the real ones, faults on demand.

It sends signed webhooks, answers the real send APIs, reports receipts, and serves the page that is
a customer's phone. Each carrier is a module of its own (`cast.py` finds them); facts and their
sources: carriers.md §2. Tests steer it by `/control`.
"""
