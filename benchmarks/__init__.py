"""What Tandem claims, measured beside others: crawl rate, survival of kills, memory over a long crawl."""
