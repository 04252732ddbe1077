"""The child process in which templates are rendered."""
