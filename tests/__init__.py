"""The tests; a package, because a distribution in the environment may hold a package of this name, too."""
