"""The theory: what must be memorized, from a frequency prior."""
