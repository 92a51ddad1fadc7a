"""Kill, drop, throttle and turn the clock."""
