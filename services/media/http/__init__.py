"""Media's own origin: files by signed link, under headers that let no file act."""
