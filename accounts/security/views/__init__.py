"""The pages of signing in: the door, the second factor, the security page."""
