package security_baseline.secrets_test

import data.security_baseline.secrets

pointers(document) := found if {
	found := {result.pointer | some result in secrets.deny} with input as document
}

test_names_of_credentials if {
	pointers({
		"password": "fake",
		"api_key": "fake",
		"openai-api-key": "fake",
		"openaiApiKey": "fake",
		"database": {"admin_password": "fake"},
		"clientSecret": "fake",
		"AUTH_TOKEN": "fake",
		"tokens": [{"token": "fake"}],
		"private_key": "fake",
	}) == {
		"/password", "/api_key", "/openai-api-key", "/openaiApiKey", "/database/admin_password",
		"/clientSecret", "/AUTH_TOKEN", "/tokens/0/token", "/private_key",
	}
}

test_names_of_other_things if {
	pointers({
		"key_id": "2030-01",
		"token_ttl_seconds": "300",
		"secret_name": "database",
		"stop_token": "</s>",
		"eos_token": "<|end|>",
		"public_key": "fake",
		"cache_key": "fake",
		"max_tokens": 1024,
	}) == set()
}

test_links_are_what_is_wanted if {
	pointers({"password": {"$secret": "secrets/database#/password"}}) == set()
}

test_a_list_goes_by_its_own_name if {
	pointers({"api_key": ["fake", {"$secret": "secrets/providers#/key"}]}) == {"/api_key/0"}
}

test_switches_are_no_credentials if {
	pointers({"api_key": "required", "password": "", "token": "none"}) == set()
}

test_values_that_are_no_text_are_left_alone if {
	pointers({"password": true, "token": 3, "secret": null}) == set()
}

test_a_private_key_under_any_name if {
	pem := "-----BEGIN EC PRIVATE KEY-----\nZmFrZQ==\n-----END EC PRIVATE KEY-----\n"
	pointers({"note": pem, "private_key": pem}) == {"/note", "/private_key"}
}

test_pointers_are_escaped if {
	pointers({"a/b~c": {"password": "fake"}}) == {"/a~1b~0c/password"}
}

test_the_value_is_in_no_message if {
	results := secrets.deny with input as {"password": "hunter-fake"}
	count(results) == 1
	every result in results {
		not contains(result.msg, "hunter")
		result.sensitive == true
	}
}
