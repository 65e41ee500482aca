"""Seeing that it works."""
