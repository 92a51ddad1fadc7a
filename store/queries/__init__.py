"""Questions put to the store, one module per aggregate. Functions take a session and return rows or plain values."""
