"""The run directory: events and logs as they happen, and everything that reads them back."""
