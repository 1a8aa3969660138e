"""Labelled pictures: read, collect, evaluate, train."""
