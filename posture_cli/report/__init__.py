"""Pages of an evaluation and of a history: one file each, without scripts or network."""
