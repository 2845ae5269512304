"""Pages made of several domains: the trader's desk. Thin: it reads selectors, calls services, renders templates."""
