"""Memorization from one training run: what is learned of examples when they are trained on, and how long it stays.

- ``losses.py``: losses of examples at checkpoints, and the step at which each example was trained on.
- ``loss_files.py``: the same from a table in a file.
- ``profile.py``: memorization by difference in differences, with intervals.
- ``profile_table.py``: a profile as a table in a file.
"""

from longtail.profiles.loss_files import read_losses
from longtail.profiles.losses import Losses
from longtail.profiles.profile import MemorizationProfile, memorization_profile

__all__ = ["Losses", "MemorizationProfile", "memorization_profile", "read_losses"]
