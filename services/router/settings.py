"""The router has no settings of its own: what it decides by comes with the directory.

What it needs to run are the kernel's: TANDEM_KAFKA, ROUTER_POSTGRES, ROUTER_INSTANCE,
ROUTER_HEALTH, ROUTER_POOL_SIZE and ROUTER_RUNTIME (services/kernel/settings.py).
"""

#: What moves its records unless ROUTER_RUNTIME says otherwise (DESIGN.md §4.1).
RUNTIME = "aiokafka"
