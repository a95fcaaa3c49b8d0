"""What an execution is made of while it runs: scopes, the visits of states in them, and what each type of state does."""
