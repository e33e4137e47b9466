"""Random but valid 部门决算 reports with known truth, typeset by independent typesetters.

`generate(seed)` gives one report; `python -m generator` writes many to a folder.
"""

from .produce import COLUMNS, Generated, generate, truth, write

__all__ = ["COLUMNS", "Generated", "generate", "truth", "write"]
