package acme_llm.models_test

import rego.v1

import data.acme_llm.models

chat_model := {"id": "ml-service/inference/model", "namespace": "ml-service/inference"}

production := {"name": "production", "dimensions": {"environment": "production"}, "protected": true}

development := {
	"name": "development",
	"dimensions": {"environment": "development"},
	"protected": false,
}

alone := {"provider": "openai", "model": "m", "parameters": {"max_tokens": 1024}, "fallbacks": []}

test_a_model_without_fallback_is_denied_in_production if {
	results := models.deny with input as alone
		with data.gitconfig_tool.document as chat_model
		with data.gitconfig_tool.bundle as production
	count(results) == 1
}

test_a_fallback_to_the_same_provider_is_no_fallback if {
	model := object.union(alone, {"fallbacks": [{"provider": "openai", "model": "n"}]})
	results := models.deny with input as model
		with data.gitconfig_tool.document as chat_model
		with data.gitconfig_tool.bundle as production
	count(results) == 1
}

test_another_provider_is_enough if {
	model := object.union(alone, {"fallbacks": [{"provider": "mistral", "model": "n"}]})
	results := models.deny with input as model
		with data.gitconfig_tool.document as chat_model
		with data.gitconfig_tool.bundle as production
	count(results) == 0
}

test_development_may_do_without if {
	results := models.deny with input as alone
		with data.gitconfig_tool.document as chat_model
		with data.gitconfig_tool.bundle as development
	count(results) == 0
}

test_long_answers_are_warned_about if {
	model := object.union(alone, {"parameters": {"max_tokens": 8192}})
	results := models.warn with input as model
		with data.gitconfig_tool.document as chat_model
		with data.gitconfig_tool.bundle as development
	count(results) == 1
}

test_other_documents_are_left_alone if {
	results := models.deny with input as alone
		with data.gitconfig_tool.document as {"id": "ml-service/embedding/model"}
		with data.gitconfig_tool.bundle as production
	count(results) == 0
}
