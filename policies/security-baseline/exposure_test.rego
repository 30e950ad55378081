package security_baseline.exposure_test

import data.security_baseline.exposure

production := {"name": "production", "dimensions": {}, "protected": true}

development := {"name": "development", "dimensions": {}, "protected": false}

denied(document) := found if {
	found := {result.pointer | some result in exposure.deny} with input as document
		with data.gitconfig_tool.bundle as production
}

warned(document) := found if {
	found := {result.pointer | some result in exposure.warn} with input as document
}

test_debugging_is_off_in_protected_bundles if {
	denied({"debug": true, "server": {"pprof": true}, "list": [{"debug_mode": true}]}) == {
		"/debug", "/server/pprof", "/list/0/debug_mode",
	}
	denied({"debug": false, "log_level": "debug", "debugger": true}) == set()
}

test_a_debug_flag_is_off_in_protected_bundles if {
	denied({"flags": {"debug": {"enabled": true}, "new_search": {"enabled": true}}}) == {
		"/flags/debug/enabled",
	}
	denied({"flags": {"debug": {"enabled": false}}}) == set()
}

test_other_bundles_may_debug if {
	results := exposure.deny with input as {"debug": true, "flags": {"debug": {"enabled": true}}}
		with data.gitconfig_tool.bundle as development
	results == set()
}

test_origins_that_are_everyone if {
	warned({"cors": {"allowed_origins": ["https://app.example.com", "*"]}}) == {
		"/cors/allowed_origins/1",
	}
	warned({"cors_origins": "*"}) == {"/cors_origins"}
	warned({"cors": {"allowed_origins": ["https://*.example.com"]}, "glob": "*"}) == set()
}
