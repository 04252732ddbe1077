"""What scans look for, as pure functions of a text: nothing here reads a file or starts a program."""
