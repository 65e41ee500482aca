"""The engine's service: is it there, does it start, will it start again."""
