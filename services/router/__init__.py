"""Router: every message is in exactly one conversation, in order, and nobody is texted after STOP.

Topics in: carrier-events, conversation-commands, directory-commands. Topics out:
conversation-events, directory-events, answers; queue-commands to queue; and conversation-commands
to itself, where a STOP in a group concerns the stream of one person.
"""
