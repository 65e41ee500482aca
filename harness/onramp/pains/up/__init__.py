"""Starting the stack's containers."""
