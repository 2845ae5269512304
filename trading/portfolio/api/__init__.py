"""Portfolios over the API: what they hold, what moves between them, and who was given a part in them."""
