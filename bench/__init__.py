"""The budgets of docs/architecture.md, measured: every figure is a ratio of two things timed in the same run."""
