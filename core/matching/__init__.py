"""From fingerprints to potential pairs. Never chains: A~B and B~C say nothing of A and C."""
