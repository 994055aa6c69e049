"""What strangers may send: expressions, opening tokens and bombs, each judged or refused in bounded time."""
