"""`matchpoint eval`: how good the ranker is, on judged texts and by what managers decided."""
