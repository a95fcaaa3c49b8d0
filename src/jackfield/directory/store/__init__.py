"""Every query of this feature, by what it is about."""
