"""What an execution has spent on expressions and paths, and how much it may."""


class Meter:
    """Counts steps; a step is about what one node of an expression costs, half a microsecond to two on one core."""

    __slots__ = ("most", "spent")

    def __init__(self, most: int, spent: int = 0) -> None:
        self.most = most
        self.spent = spent

    @property
    def left(self) -> int:
        """Steps that may still be taken."""
        return max(0, self.most - self.spent)

    def spend(self, steps: int) -> None:
        """Put down steps that were taken."""
        self.spent += steps
