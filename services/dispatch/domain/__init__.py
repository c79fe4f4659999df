"""The rules of sending and of receipts (DESIGN.md §8)."""
