"""The built-in web workspace as a place: rooms, messages, who may enter, personal links."""
