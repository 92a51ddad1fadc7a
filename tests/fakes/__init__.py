"""Stand-ins for what lies outside: strict, and refusing what the real thing refuses."""
