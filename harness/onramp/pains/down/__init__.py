"""Taking down what was brought up."""
