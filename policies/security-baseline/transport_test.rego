package security_baseline.transport_test

import data.security_baseline.transport

production := {"name": "production", "dimensions": {}, "protected": true}

development := {"name": "development", "dimensions": {}, "protected": false}

pointers(document) := found if {
	found := {result.pointer | some result in transport.deny} with input as document
		with data.gitconfig_tool.bundle as production
}

messages(document) := found if {
	found := {result.msg | some result in transport.deny} with input as document
		with data.gitconfig_tool.bundle as production
}

test_verification_may_not_be_off if {
	pointers({
		"insecure_skip_verify": true,
		"upstreams": [{"verify": false}],
		"tls": {"verify_tls": false},
	}) == {"/insecure_skip_verify", "/upstreams/0/verify", "/tls/verify_tls"}
}

test_verification_on_is_what_is_wanted if {
	pointers({"insecure_skip_verify": false, "verify": true, "name": "verify"}) == set()
}

test_modes_that_do_not_insist if {
	pointers({"tls": {"mode": "prefer"}, "replica": {"ssl": {"mode": "disable"}}}) == {
		"/tls/mode", "/replica/ssl/mode",
	}
	pointers({"tls": {"mode": "verify-full"}, "cache": {"mode": "disable"}}) == set()
}

test_plain_http if {
	pointers({"url": "http://models.example.com/v1", "list": ["HTTP://x.example"]}) == {
		"/url", "/list/0",
	}
	pointers({"url": "https://models.example.com/v1", "text": "see http://x.example"}) == set()
}

test_loopback_needs_no_tls if {
	pointers({"a": "http://localhost:8080/x", "b": "http://127.0.0.1", "c": "http://[::1]:80/"}) == set()
	pointers({"a": "http://localhost.example.com/", "b": "http://127.0.0.1.example.com"}) == {"/a", "/b"}
	pointers({"a": "http://localhost@evil.example/"}) == {"/a"}
}

test_a_message_shows_no_password_and_no_path if {
	messages({"url": "http://user:fake@db.example.com:80/path?token=fake"}) == {
		"expected an https:// address in a protected bundle, found http://db.example.com:80",
	}
}

test_other_bundles_may if {
	results := transport.deny with input as {"verify": false, "url": "http://x.example"}
		with data.gitconfig_tool.bundle as development
	results == set()
}
