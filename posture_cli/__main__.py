"""`python -m posture_cli` is `posture`."""

from posture_cli.cli import main

if __name__ == "__main__":  # not in a process of `multiprocessing`, which imports this too
    main()
