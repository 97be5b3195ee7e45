"""Running the programs behind results: what each gives, which tables, columns and rows it rests on, its grades."""
