"""Live push to browsers: tenant-aware sockets that carry hints, never figures."""
