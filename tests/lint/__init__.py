"""What `make lint` looks at beside ruff and mypy: secrets in files, and known holes in what we depend on."""
