"""Run all benchmarks and print what they found, as Markdown: `python -m benchmarks`."""

from .burst import report

if __name__ == "__main__":
    print(report())
