"""Figures for papers, of labels, of a watch and of a history."""
