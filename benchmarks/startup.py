"""From the start of the process to the first answered request, and the memory it then has; on SQLite.

python benchmarks/startup.py [--rounds 3]
"""

import argparse
import statistics

from harness import jackfield

TARGET_SECONDS = 5
TARGET_MB = 150


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    seconds: list[float] = []
    memory: list[float] = []
    for _ in range(parser.parse_args().rounds):
        with jackfield() as server:
            server.call("GET", "/api/me")
            seconds.append(server.started_in)
            memory.append(server.memory)
    print(f"first answer after {statistics.median(seconds):5.1f} s    (target {TARGET_SECONDS} s)")
    print(f"resident memory    {statistics.median(memory):5.0f} MB   (target {TARGET_MB} MB)")


if __name__ == "__main__":
    main()
