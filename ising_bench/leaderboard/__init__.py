"""The leaderboard: entries, and trusted code that scores their predictions."""
