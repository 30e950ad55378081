package models

# A model without a limit can answer for ever.
deny contains result if {
	input.parameters
	not input.parameters.max_tokens
	result := {
		"msg": "expected parameters.max_tokens, found none",
		"pointer": "/parameters",
		"hint": "set a limit that fits the longest answer, such as max_tokens: 1024",
	}
}
