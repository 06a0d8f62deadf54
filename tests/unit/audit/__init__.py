"""What an audit says."""
