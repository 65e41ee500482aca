"""What can be seen of a host before anything is changed."""
