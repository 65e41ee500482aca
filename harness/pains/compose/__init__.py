"""The command line and its Compose plugin."""
