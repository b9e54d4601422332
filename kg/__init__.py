"""A knowledge graph from Chinese government and innovation news.

>>> import kg
>>> callable(kg.load)
True
"""

from importlib.metadata import version

from kg.errors import KgError
from kg.notebook import show
from kg.query import KnowledgeGraph, load

__all__ = ["KgError", "KnowledgeGraph", "__version__", "load", "show"]

__version__ = version("kg")
