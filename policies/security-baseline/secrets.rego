# METADATA
# title: No secret in the clear
# description: Keys that are named like credentials hold `!secret` links, never the values.
package security_baseline.secrets

# A name counts by its last words, in any spelling: `api_key`, `openai-api-key` and `openaiApiKey`
# do; `max_tokens`, `key_id` and `token_ttl_seconds` do not. In a list, the list's name counts.
credential := `(?:^|[_.-]|[a-z0-9])(?:(?i:password|passwd|passphrase|api[_-]?key|private[_-]?key|access[_-]?key|signing[_-]?key)|[Ss]ecret|SECRET|[Tt]oken|TOKEN|[Cc]redentials?|CREDENTIALS?)$`

# Tokens of a language model are words, not credentials.
words := `(?i)(?:^|[_.-])(?:bos|cls|end|eos|mask|pad|sep|start|stop|unk)[_-]?token$`

# What a credential's name may say in the clear: a switch, or nothing.
harmless := `^(?i:|none|null|true|false|disabled|enabled|optional|required)$`

# Every text, with the name that it goes by.
texts contains [path, name, value] if {
	walk(input, [path, value])
	is_string(value)
	names := [token | some token in path; is_string(token)]
	name := names[count(names) - 1]
}

deny contains result if {
	some [path, name, value] in texts
	regex.match(credential, name)
	not regex.match(words, name)
	not regex.match(harmless, value)
	result := {
		"msg": sprintf("expected a !secret link at '%s', found a value in the clear", [name]),
		"pointer": pointer(path),
		"hint": "encrypt it with sops, and write !secret DOCUMENT#/pointer here",
		"sensitive": true,
	}
}

# A private key is one, whatever its name is.
deny contains result if {
	some [path, name, value] in texts
	contains(value, "PRIVATE KEY-----")
	not regex.match(credential, name)
	result := {
		"msg": "expected a !secret link, found a private key in the clear",
		"pointer": pointer(path),
		"hint": "encrypt it with sops, and write !secret DOCUMENT#/pointer here",
		"sensitive": true,
	}
}

# RFC 6901, section 3.
pointer(path) := concat("", [concat("", ["/", replace(replace(sprintf("%v", [token]), "~", "~0"), "/", "~1")]) |
	some token in path
])
