"""Is this file safe, and where is it? Copies in every file that a carrier holds for us, once.

Topics in: `conversation-events`, `media-commands`. Topics out: `media-events`. It is the only
service that fetches outside addresses for content, and the only one that writes the media bucket.
Text never waits for it.
"""
