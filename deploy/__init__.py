"""How Tandem is run: on one machine (`local`), and what is needed elsewhere."""
