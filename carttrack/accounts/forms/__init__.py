"""The forms of signing in, and of who works where."""
