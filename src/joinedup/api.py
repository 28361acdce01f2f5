"""joinedup for Python: ``joinedup.open("workspace")`` gives the same verbs as the command line."""
