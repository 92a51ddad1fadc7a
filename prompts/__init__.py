"""All that is said to a language model: versioned templates, response schemas, and the client."""
