"""An instance as pure data, and how it is read with every digit kept."""
