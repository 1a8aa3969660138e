"""The pure core: standard library and numpy, values in, values out."""
