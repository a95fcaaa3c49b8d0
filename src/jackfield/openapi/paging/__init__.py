"""How an operation gives a long list in pages: found in the document, kept as data, and followed without fetching."""
