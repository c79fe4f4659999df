"""What carries every service: deciding once, publishing, timers, effects; no business word."""
