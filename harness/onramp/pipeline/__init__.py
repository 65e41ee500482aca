"""Hosts taken through the journey: a pool of workers, one session a host, one runner a step."""
