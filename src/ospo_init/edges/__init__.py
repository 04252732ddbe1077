"""One door for each outside thing: git, the disk, YAML, the box that renders, the person at the terminal."""
