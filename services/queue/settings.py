"""The queue has no settings of its own: its values are per queue and come with its definition.

What it needs to run are the kernel's: TANDEM_KAFKA, QUEUE_POSTGRES, QUEUE_INSTANCE, QUEUE_HEALTH,
QUEUE_POOL_SIZE and QUEUE_RUNTIME (services/kernel/settings.py).
"""

#: What moves its records unless QUEUE_RUNTIME says otherwise (DESIGN.md §4.1).
RUNTIME = "aiokafka"
