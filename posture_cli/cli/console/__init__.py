"""What the command line says and shows, and how it ends."""
