"""Labelling many pictures: what there is to label, a journal of what is done, and the formats."""
