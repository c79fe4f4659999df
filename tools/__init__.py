"""A developer's tools: what generates files that are committed, and what draws the map."""
