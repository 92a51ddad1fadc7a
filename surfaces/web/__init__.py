"""The built-in web workspace: pages, forms and the event stream."""
