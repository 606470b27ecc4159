package reviews

deny contains message if {
	some deployment in input.deployments
	message := sprintf("%s is public", [function.name])
}
