"""The three carriers and their customers on loopback, as strict as the real ones, faults on demand.

It sends signed webhooks, answers the real send APIs, reports receipts, and serves the page that is
a customer's phone. Facts and their sources: carriers.md §2.1 to §2.3. Tests steer it by `/control`.
"""
