"""What is derived from the code and the schemas."""
