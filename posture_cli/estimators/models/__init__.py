"""The models: what they are, under which licence, and where their files lie."""
