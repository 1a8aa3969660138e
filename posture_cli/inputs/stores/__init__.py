"""Object stores and shared folders, by address."""
