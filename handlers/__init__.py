"""The use cases, shared by every surface; importing `handlers.journeys` fills the tables of actions and letters."""
