"""Pasted text, as the tools printed it: what other programs put round it is undone."""
