"""What can go wrong, sorted by whether another try may help."""

from __future__ import annotations


class UsageError(Exception):
    """The command cannot be carried out as given: one sentence for the person who gave it."""

    exit_code = 64


class InputError(UsageError):
    """An input file is missing or malformed."""

    exit_code = 65


class TransientFailure(Exception):
    """A task failed for a reason that another try, perhaps on another node, may not meet."""
