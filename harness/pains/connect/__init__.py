"""Reaching the host at all."""
