"""The command line: ``joinedup VERB``. Each verb is one module of ``cli/verbs`` that exposes ``command``.

Exit status: 0 done; 1 done, but something needs a person; 2 refused or wrong use, with one sentence on
standard error and nothing changed. Results go to standard output, everything else to standard error.
"""

from joinedup.cli.frame import main

__all__ = ["main"]
