"""What another version of a description changes: for whom it breaks, and what a call means, as a fingerprint (rule O9)."""
