# Nobody from outside reaches a secret or a key, not even through what a public function sets in motion.
package portolan.no_public_secrets

deny contains message if {
	some deployment in input.deployments
	some secret in deployment.exposure.secrets
	message := sprintf("%s: everybody can reach `%s`", [deployment.target, secret])
}

# What was granted by hand to a public function is not known to be harmless.
warn contains message if {
	some deployment in input.deployments
	some function in deployment.functions
	function.public
	some permission in function.permissions
	permission.by_hand
	message := sprintf(
		"%s: `%s` is public and was given %s by hand",
		[deployment.target, function.name, permission.permission],
	)
}
