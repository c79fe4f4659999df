"""What a viewer may see and ask for: pure rules over rows of the read models."""
