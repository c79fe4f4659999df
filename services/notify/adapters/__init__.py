"""Notify's adapters: one file per channel."""
