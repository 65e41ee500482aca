"""One SSH connection to a host, and Docker's API and HTTP spoken over it."""
