"""`python -m trading.sandbox`."""

from trading.sandbox.program import main

if __name__ == "__main__":
    main()
