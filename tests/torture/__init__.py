"""The long versions of tests/survival: `make torture`, or `python -m tests.torture [part] [--seed N]`."""
