"""The answer keys of the chapters' exercises, one module a chapter: each computes its answers from the data."""
