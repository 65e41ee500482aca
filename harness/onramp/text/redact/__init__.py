"""Text without anybody's names and secrets."""
