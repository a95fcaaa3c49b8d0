"""What an operation does to the other side, whether it may be done again, and the words that say so (rule O6)."""
