"""Runs of managers: markets, a manager with its parameters, and terms in; the same `Result` as of any strategy out."""
