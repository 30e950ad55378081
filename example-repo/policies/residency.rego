# METADATA
# title: Data residency
# description: What is processed for a tenant of the European Union is processed there.
package acme_llm.residency

import rego.v1

# This file does not read the bundle, so it is evaluated once for each distinct document: a tenant
# that overrides nothing costs nothing.
european(target) if startswith(target.region, "eu")

violation contains result if {
	input.data_residency == "eu"
	input.provider
	not european(input)
	result := {
		"msg": sprintf("expected %s to be called in a European region: set `region`", [input.provider]),
		"pointer": "/provider",
	}
}

violation contains result if {
	input.data_residency == "eu"
	some index, fallback in input.fallbacks
	not european(fallback)
	result := {
		"msg": sprintf("expected %s to be called in a European region: set `region`", [fallback.provider]),
		"pointer": sprintf("/fallbacks/%d", [index]),
	}
}
