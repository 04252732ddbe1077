"""The package, as programs import it."""

__version__ = "0.0.0"


def about() -> str:
    """Return the name and the version of the package, as a report of a bug should give them."""
    return f"{__name__} {__version__}"
