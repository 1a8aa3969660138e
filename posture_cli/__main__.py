"""`python -m posture_cli` is `posture`."""

from posture_cli.cli import main

main()
