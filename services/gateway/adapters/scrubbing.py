"""Takes what was deleted out of the frames that wait in the feeds; every place stays taken.

A frame is a whole entity and a newer one follows, so an older one may say less: whoever catches up
later reads that something was taken away, twice at most.
"""

from services.gateway.adapters.database import Rows
from services.gateway.domain.touched import Touched

#: Of a conversation, its older frames show its last words, and its items' their own.
_SCRUB = """
UPDATE feed SET frame = jsonb_build_object(
  'type', 'item-removed', 'conversation_id', gone.name, 'item_id', gone.message_id)::text
FROM unnest(%s::text[], %s::text[], %s::text[]) AS gone (name, message_id, viewer)
WHERE feed.viewer = coalesce(gone.viewer, feed.viewer) AND strpos(feed.frame, gone.name) > 0
  AND CASE feed.frame::jsonb ->> 'type'
    WHEN 'item' THEN feed.frame::jsonb #>> '{item,id}' = gone.message_id
    WHEN 'conversation' THEN feed.frame::jsonb #>> '{conversation,id}' = gone.name
    WHEN 'waiting' THEN feed.frame::jsonb #>> '{waiting,conversation_id}' = gone.name
    ELSE false END
"""
_CLEAR = """
UPDATE feed SET frame = jsonb_build_object(
  'type', 'items-removed', 'conversation_id', gone.name, 'up_to', gone.up_to)::text
FROM unnest(%s::text[], %s::text[], %s::integer[]) AS gone (name, viewer, up_to)
WHERE feed.viewer = gone.viewer AND strpos(feed.frame, gone.name) > 0
  AND CASE feed.frame::jsonb ->> 'type'
    WHEN 'item' THEN feed.frame::jsonb ->> 'conversation_id' = gone.name
      AND coalesce((feed.frame::jsonb #>> '{item,position}')::integer, 0) <= gone.up_to
    WHEN 'conversation' THEN feed.frame::jsonb #>> '{conversation,id}' = gone.name
    ELSE false END
"""


async def scrub(rows: Rows, touched: Touched) -> None:
    """Let no frame keep what this batch deletes."""
    if touched.gone:
        names, messages, viewers = zip(*sorted(touched.gone, key=str), strict=True)
        await rows.execute(_SCRUB, (list(names), list(messages), list(viewers)))
    if touched.cleared:
        pairs = sorted(touched.cleared)
        names, owners = zip(*pairs, strict=True)
        up_to = [touched.cleared[pair] for pair in pairs]
        await rows.execute(_CLEAR, (list(names), list(owners), up_to))
