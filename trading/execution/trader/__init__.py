"""The trader: the one process that writes to exchanges. Asynchronous; every database call goes through a thread."""
