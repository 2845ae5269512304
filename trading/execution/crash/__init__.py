"""The crash test: the trader is killed at named points over a sandbox exchange, whose journal is the judge."""
