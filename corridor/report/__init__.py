"""What a reader gets: the siting report, tables and maps, made from a run folder alone."""
