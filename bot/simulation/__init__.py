"""A programme in simulated time: the real desk, clock and outbox, fake platforms, and people who behave like people.

Nobody waits: time jumps from one instant at which something is due to the next (`time`). People (`people`) see only
the cards that reached them (`platform`), and press their buttons. What the platforms saw is told to the checks
(`checks`), which know the rules of the programme and nothing of the code that has to keep them.
"""
