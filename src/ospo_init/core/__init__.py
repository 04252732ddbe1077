"""The pure core: values in, values out. No files, processes, clock or terminal; a test keeps it so."""
