"""Whatever a command is pointed at: one grammar for all of them."""
