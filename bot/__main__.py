"""`python -m bot` is `matchpoint`."""

from bot.cli import main

if __name__ == "__main__":
    main()
