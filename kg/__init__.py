"""A knowledge graph from Chinese government and innovation news."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("kg")
