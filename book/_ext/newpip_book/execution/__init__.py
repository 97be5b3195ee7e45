"""Running chapters: the runner, forked kernels, the network guard."""
