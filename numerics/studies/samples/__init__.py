"""Studies of finite samples, batches and negatives."""
