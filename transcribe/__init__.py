"""Who said what, when: a Call and its audio become a Transcript."""
