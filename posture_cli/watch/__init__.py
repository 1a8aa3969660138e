"""Watching somebody over time: where looks come from, and what is made of each."""
