"""Two sides of runs, side by side: what is new, gone or changed, and what is only noise."""
