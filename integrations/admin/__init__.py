"""The admin's door to connections, what came in, what went out."""
