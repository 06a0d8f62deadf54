"""Scripts that run in processes of their own, with the app: they import nothing of the gateway."""
