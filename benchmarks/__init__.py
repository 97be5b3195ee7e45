"""Measure how fast the book is: ``make bench``."""
