"""What Dub says: a client of its customers API that could be published alone. Each name comes from its own module."""
