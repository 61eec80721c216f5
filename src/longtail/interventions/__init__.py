"""Learners whose memorization is limited."""
