"""What can go wrong, said so that the user knows what to do."""

__all__ = ["DocumentError", "KgError", "LexiconError", "ModelError", "RuleError"]


class KgError(Exception):
    """An error whose message tells the user what to do; the command line prints it and exits with 1."""


class DocumentError(KgError):
    """One input cannot be read: it is skipped and listed in ``report.json``, the others are built."""


class RuleError(KgError):
    """A rule is wrong: the message starts with ``file:line:`` and the build stops."""


class LexiconError(KgError):
    """A lexicon row is wrong: the message starts with ``file:line:`` and the build stops."""


class ModelError(KgError):
    """A recognition model cannot be loaded or trained."""
