"""Licences in a repository: which text is whole, what every file says of itself, what its dependencies are under."""
