"""Queue: at most one agent holds a customer's conversation, and every loser learns who does.

Topics in: queue-commands (its own timers come in there too). Topics out: queue-events, answers;
conversation-commands to router, queue-commands to another queue when a conversation moves there.
"""
