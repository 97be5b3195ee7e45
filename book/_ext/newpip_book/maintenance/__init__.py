"""What keepers of the book do: start a chapter, change each cell of the data, gather a release."""
