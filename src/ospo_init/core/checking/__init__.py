"""Checking a repository against the checklist, as pure functions of what edges saw of it."""
