"""Vouchers: schemes, calls, applications, claims, de minimis aid and the board."""
