"""longtail: how much must a classifier memorize, what does it memorize, and who pays when it may not.

The layers, from the mathematics to the page, are ``theory``, ``tail``, ``trials``, ``outcomes``, ``scores``,
``interventions``, ``membership`` and ``report``; import what you need from the layer that holds it. Importing this
package imports none of them.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("longtail")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
