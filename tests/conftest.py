"""What all tests share: `--hypothesis-profile=fuzz` looks much longer for a counter-example."""

from hypothesis import settings

settings.register_profile("fuzz", max_examples=20000, deadline=None)
settings.register_profile("default", deadline=None)
