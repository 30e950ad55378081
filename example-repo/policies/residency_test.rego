package acme_llm.residency_test

import rego.v1

import data.acme_llm.residency

test_a_target_without_region_is_a_violation if {
	results := residency.violation with input as {"data_residency": "eu", "provider": "openai"}
	results == {{
		"msg": "expected openai to be called in a European region: set `region`",
		"pointer": "/provider",
	}}
}

test_a_fallback_outside_is_a_violation if {
	results := residency.violation with input as {
		"data_residency": "eu",
		"provider": "mistral",
		"region": "eu",
		"fallbacks": [{"provider": "mistral", "region": "eu"}, {"provider": "xai", "region": "us"}],
	}
	{result.pointer | some result in results} == {"/fallbacks/1"}
}

test_elsewhere_anything_goes if {
	results := residency.violation with input as {"data_residency": "us", "provider": "openai"}
	count(results) == 0
}

test_a_service_calls_no_provider if {
	results := residency.violation with input as {"data_residency": "eu", "url": "https://s.example"}
	count(results) == 0
}
