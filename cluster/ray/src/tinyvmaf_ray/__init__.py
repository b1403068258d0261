"""Runs tinyvmaf over a Ray cluster.

The package only schedules. Every number comes from the ``tinyvmaf`` binary, which the driver sends
to the nodes; results are files named by what they depend on, so that running a command again
continues it.
"""

__version__ = "0.1.0"
