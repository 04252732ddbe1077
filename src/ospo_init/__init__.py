"""ospo-init: governed open source repositories, from published templates."""

__version__ = "0.1.0"
