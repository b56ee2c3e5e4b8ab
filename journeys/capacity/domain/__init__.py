"""Pure rules of capacity: what is needed, when it is open and free, which chain is best."""
