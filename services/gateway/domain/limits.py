"""The numbers that clients are told, and the bounds of what one request may ask for."""

from schemas import files

#: Pages; performance.md §6.
MOST_CONVERSATIONS = 100
MOST_ITEMS = 100
MOST_CHANGES = 500
#: Pills that one page of items may carry; a conversation that changes hands more often is cut.
MOST_PILLS = 500
#: What a bootstrap may hold of each list.
MOST_WAITING = 500
MOST_PEOPLE = 5_000
FIRST_CONVERSATIONS = 50
#: Above this the badge says "more"; it also bounds the count.
MOST_UNREAD = 1_000

#: Conversations open at once; one more is listed, and no further one is started (D11).
MOST_OPEN = 100
#: Typing: said on the first key and again so often; over after so long without a key; and who sees
#: it forgets it so long after it was said last (capabilities.md, PRES-03).
TYPING_AGAIN_SECONDS, TYPING_IDLE_SECONDS, TYPING_SHOWN_SECONDS = 3, 5, 8

#: DESIGN.md §6; MB = 1,000,000 bytes.
LIMITS = {
    "text_characters": 1_600,
    "page_items": MOST_ITEMS,
    "file_bytes": files.MOST_FILE_BYTES,
    "message_bytes": files.MOST_MESSAGE_BYTES,
    "files": files.MOST_FILES,
    "image_bytes": files.PICTURE_BYTES,
    "picture_bytes": files.MOST_PICTURE_BYTES,
    "chunk_bytes": files.MOST_CHUNK_BYTES,
    "file_types": list(files.PROMISES),
    "open_conversations": MOST_OPEN,
    "typing_again_seconds": TYPING_AGAIN_SECONDS,
    "typing_idle_seconds": TYPING_IDLE_SECONDS,
    "typing_shown_seconds": TYPING_SHOWN_SECONDS,
}
