"""Every noun of Onramp, as frozen values: one module a domain."""
