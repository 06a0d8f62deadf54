"""What each repository Protocol promises, asked of its fake and of the real store alike."""
