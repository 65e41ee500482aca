"""Foreign text made harmless, masked, redacted, cut to what decides; numbers and Markdown."""
