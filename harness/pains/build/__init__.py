"""Making the stack's images."""
