"""Watch a person over time: where looks come from, what follows from them, and where it goes."""
