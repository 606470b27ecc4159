package reviews

forbid contains "nothing asks for this rule" if count(input.deployments) > 0
