"""A replay: the production cycle over stored candles as fast as it goes, in a tenant of its own, and its proof."""
