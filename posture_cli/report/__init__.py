"""An evaluation as one page that needs nothing else: no network, no script, no other file."""
