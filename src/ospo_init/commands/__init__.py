"""What each command does: gather, plan, show, apply; each returns an Outcome and prints nothing."""
