"""Finds the person in a side-view picture and says: sitting, standing or hunching."""

__version__ = "0.1.0"
