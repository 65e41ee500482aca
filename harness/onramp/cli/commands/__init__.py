"""What each task does, one file a task (walk.py: those that go to hosts): thin, and impure."""
