"""Files on disk, one way to write them: whole or not at all; locks and the cache."""
