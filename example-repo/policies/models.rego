# METADATA
# title: Models
# description: What a schema cannot say about the model that answers customers.
package acme_llm.models

import rego.v1

# `input` is one document, merged and linked. `data.gitconfig_tool` says which document of which
# bundle it is. Because this file reads the bundle, it is evaluated for each bundle.
chat_model if data.gitconfig_tool.document.id == "ml-service/inference/model"

protected if data.gitconfig_tool.bundle.protected

other_providers contains fallback.provider if {
	some fallback in input.fallbacks
	fallback.provider != input.provider
}

# `deny` and `violation` are errors, `warn` is a warning, as conftest has it.
deny contains result if {
	chat_model
	protected
	count(other_providers) == 0
	result := {
		"msg": sprintf("expected a fallback to a provider other than %s, found none", [input.provider]),
		"pointer": "/fallbacks",
	}
}

# Above this, one runaway conversation costs more than a day of normal ones.
max_tokens_without_review := 4096

warn contains result if {
	chat_model
	input.parameters.max_tokens > max_tokens_without_review
	result := {
		"msg": sprintf(
			"expected at most %d tokens an answer, found %d: ask ml-platform for a review",
			[max_tokens_without_review, input.parameters.max_tokens],
		),
		"pointer": "/parameters/max_tokens",
	}
}
