"""What is concluded from a run, and how it is told: ratings, the form, pages, files."""
