"""Hub: the web hub: presents the other rooms, owns no data. Its door is ``serve``."""

from joinedup.hub.serving import application, serve

__all__ = ["application", "serve"]
