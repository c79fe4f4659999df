"""The seven services, and what they stand on: kernel, carriers; ops stands above (house.md §6)."""
