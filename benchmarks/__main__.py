"""Run all benchmarks and print what they found, as Markdown: `python -m benchmarks`."""

from . import burst, paging

if __name__ == "__main__":
    print(burst.report())
    print(paging.report())
