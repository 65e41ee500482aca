"""Ending them again."""
