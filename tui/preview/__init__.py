"""Pictures in a terminal: sized, encoded off the event loop, cached, drawn by one widget."""
