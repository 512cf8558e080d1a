"""The exact finite-lattice physics, and tests of lattices against it."""
