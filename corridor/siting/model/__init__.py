"""The siting model: columns, rows, and the rows that only tighten."""
