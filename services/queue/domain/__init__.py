"""The rules of a shared SMS queue: one decider and one order per queue (DESIGN.md §7)."""
