"""From a measurement to a verdict: labels, limits, rules, learned judges, baselines."""
