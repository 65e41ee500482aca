"""What a person types and sees: commands, flags, the live view, schemas of what is printed."""
