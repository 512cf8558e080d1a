"""Data as training loops read them."""
