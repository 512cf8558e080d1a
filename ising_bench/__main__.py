"""`python -m ising_bench` is `ising-bench`."""

from ising_bench.cli import main

if __name__ == "__main__":
    main()
