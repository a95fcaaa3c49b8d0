"""Every query of processes."""
