"""Pages that need a browser: when one is worth its price, and a browser that stays within bounds."""
