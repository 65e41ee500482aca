"""Pain points caused on purpose, and what came of it."""
