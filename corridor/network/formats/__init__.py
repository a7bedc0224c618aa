"""A network as a file: JSON, GeoJSON, GeoPackage, and the land that each may hold."""
