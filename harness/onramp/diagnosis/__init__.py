"""Evidence -> causes: the catalogue's patterns, the order of findings, what to do next."""
