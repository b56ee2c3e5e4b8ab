"""Pure rules of capacity: what is needed where, when it is open and free, and which chain is best."""
