"""How rates rise with the deprivation of the area. Its door: ``by_deprivation``, over released rows."""

from joinedup.measures.gradients.computing import by_deprivation
from joinedup.measures.gradients.result import Gradient, GradientRow

__all__ = ["Gradient", "GradientRow", "by_deprivation"]
