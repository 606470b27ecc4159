# Nothing is granted on everything, and no permission is a pattern.
package portolan.no_wildcards

deny contains message if {
	some deployment in input.deployments
	some function in deployment.functions
	some permission in function.permissions
	permission.on_everything
	message := sprintf(
		"%s: `%s` may %s on everything",
		[deployment.target, function.name, permission.permission],
	)
}

deny contains message if {
	some deployment in input.deployments
	some function in deployment.functions
	some permission in function.permissions
	contains(permission.permission, "*")
	message := sprintf(
		"%s: `%s` may do whatever %s matches",
		[deployment.target, function.name, permission.permission],
	)
}

warn contains message if {
	some deployment in input.deployments
	some wider in deployment.wider
	message := sprintf(
		"%s: `%s` gets %d permissions more than it asked for with %s",
		[deployment.target, wider.function, count(wider.beyond), wider.role],
	)
}
