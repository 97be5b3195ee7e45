"""What the NEWPIP study found, recomputed from the numbers its sources publish."""
