"""The running program: settings, wiring, web, worker, clock and command line."""
