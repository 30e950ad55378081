# METADATA
# title: Encrypted transport
# description: In protected bundles, TLS is verified and endpoints are not plain http.
package security_baseline.transport

protected if data.gitconfig_tool.bundle.protected == true

# Switches that turn verification off.
turns_off := {
	"disable_tls", "insecure", "insecureSkipVerify", "insecure_skip_verify", "skip_tls_verify",
	"skip_verify", "tls_skip_verify",
}

# Switches that turn it on.
turns_on := {
	"check_hostname", "ssl_verify", "tls_verify", "verify", "verify_certificate",
	"verify_certificates", "verify_ssl", "verify_tls",
}

# libpq's modes that do not insist on encryption; see gitconfig-tool:database.
weak_modes := {"allow", "disable", "prefer"}

# Every value that holds no other, with its key.
leaves contains [path, path[count(path) - 1], value] if {
	walk(input, [path, value])
	not is_object(value)
}

deny contains result if {
	protected
	some [path, name, true] in leaves
	name in turns_off
	result := {
		"msg": sprintf("expected TLS to be verified in a protected bundle, found '%s: true'", [name]),
		"pointer": pointer(path),
	}
}

deny contains result if {
	protected
	some [path, name, false] in leaves
	name in turns_on
	result := {
		"msg": sprintf("expected TLS to be verified in a protected bundle, found '%s: false'", [name]),
		"pointer": pointer(path),
	}
}

deny contains result if {
	protected
	some [path, "mode", value] in leaves
	value in weak_modes
	path[count(path) - 2] in {"tls", "ssl"}
	result := {
		"msg": sprintf("expected an encrypted connection in a protected bundle, found mode '%s'", [value]),
		"pointer": pointer(path),
	}
}

deny contains result if {
	protected
	some [path, _, value] in leaves
	is_string(value)
	startswith(lower(value), "http://")
	not loopback(value)
	result := {
		"msg": sprintf("expected an https:// address in a protected bundle, found %s", [address(value)]),
		"pointer": pointer(path),
	}
}

loopback(url) if regex.match(`^(?i:http://(?:localhost|127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|\[::1\])(?::[0-9]+)?(?:[/?#]|$))`, url)

# Scheme and host alone: the rest of an address may carry a password or a token.
address(url) := regex.replace(regex.replace(url, `^([^/]*//)[^/?#]*@`, "$1"), `^([^/]*//[^/?#]*).*$`, "$1")

# RFC 6901, section 3.
pointer(path) := concat("", [concat("", ["/", replace(replace(sprintf("%v", [token]), "~", "~0"), "/", "~1")]) |
	some token in path
])
