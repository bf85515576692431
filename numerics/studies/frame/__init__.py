"""What every study is made of."""
