"""What every test has: no network but loopback (pyproject.toml) and reproducible examples."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases", "tests.world"]

# Derandomised, so that a run can be repeated; no deadline and no complaint about slow data: the machine may be busy.
settings.register_profile(
    "matchpoint",
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("matchpoint")
