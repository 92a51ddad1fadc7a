"""All that is said to a language model: templates, response schemas and the client."""
