"""The embedded servers, the supervisor and the door, run for real in folders of their own."""
