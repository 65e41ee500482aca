"""Reads what a user gives us: YAML, addresses, keys, compose files; what is refused is one line."""
