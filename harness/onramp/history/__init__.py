"""All runs there were, kept small: how hosts of a kind fared over time."""
