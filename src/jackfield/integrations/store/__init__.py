"""Every query of this feature."""
