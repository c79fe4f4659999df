"""Who must hear of it, by what means, and who already did? One decision per event and recipient.

Topics in: `conversation-events`, `queue-events`, `delivery-events`, `directory-events`,
`notification-commands`. Topics out: `notification-events`. Two steps, because what happens to a
conversation lies in its partition, and what a person was told lies in theirs: an event is turned
into a question per recipient, and the question is decided beside what is known of the recipient.
"""
