"""What came back: what it holds, whether it is what the document promises, and what it says about when to come again."""
