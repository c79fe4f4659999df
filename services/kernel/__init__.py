"""What every service is carried by: deciding once, publishing, timers, effects. No business word."""
