"""One construction per file: each lists plans of claims whose answer is known."""
