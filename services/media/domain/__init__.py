"""Rules of fetching files, of taking uploads, and of keeping bytes while a message needs them."""
