"""What connectors that speak HTTP share: URLs, header fields, ways to sign in, and what answers mean."""
