"""Orders, fills, the stop switch and emergencies over the API."""
