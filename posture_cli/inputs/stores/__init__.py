"""Object stores and servers, by address."""
