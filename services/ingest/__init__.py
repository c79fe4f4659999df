"""What did the carrier tell us, in our words? A 2xx means that it is on stable storage.

Topics in: none; carriers call it. Topics out: `carrier-events`, `carrier-events-dead`. It keeps no
database: a webhook is verified, spooled to disk and answered; a drainer parses and publishes it,
however long the broker was away. What is published goes to the archive of raw requests by day, and
is deleted here once it is surely there.
"""
