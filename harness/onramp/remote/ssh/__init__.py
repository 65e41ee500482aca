"""The inside of transport.py: one checked connection a host, bounded output, named failures."""
