# Every grant by hand names the ticket in which somebody agreed to it: `why: "SEC-123: …"`.
package portolan.tickets

deny contains message if {
	some deployment in input.deployments
	some grant in deployment.by_hand
	grant.form == "allow"
	not regex.match(`\b[A-Z][A-Z0-9]+-[0-9]+\b`, grant.why)
	message := sprintf(
		"%s:%d: `%s` is given %s, and no ticket says why",
		[grant.place.file, grant.place.line, grant.of, concat(", ", grant.grants)],
	)
}

# A raw resource or a changed one has no place for a ticket: whatever it grants needs an eye.
warn contains message if {
	some deployment in input.deployments
	some grant in deployment.by_hand
	grant.form != "allow"
	count(grant.grants) > 0
	message := sprintf(
		"%s:%d: %s %s grants by hand: %s",
		[grant.place.file, grant.place.line, grant.form, grant.of, concat("; ", grant.grants)],
	)
}
