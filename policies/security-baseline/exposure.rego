# METADATA
# title: Exposure
# description: Debugging aids stay out of protected bundles; browsers may not call from anywhere.
package security_baseline.exposure

protected if data.gitconfig_tool.bundle.protected == true

debugging := {
	"debug", "debugMode", "debug_mode", "enable_debug", "enable_profiling", "expose_stack_traces",
	"pprof",
}

origins := {
	"access-control-allow-origin", "allow_origin", "allow_origins", "allowed_origin",
	"allowed_origins", "allowedOrigins", "cors_origins",
}

deny contains result if {
	protected
	walk(input, [path, value])
	value == true
	name := path[count(path) - 1]
	name in debugging
	result := {
		"msg": sprintf("expected '%s' to be off in a protected bundle, found true", [name]),
		"pointer": pointer(path),
	}
}

# The form of gitconfig-tool:feature-flags.
deny contains result if {
	protected
	some name in debugging
	input.flags[name].enabled == true
	result := {
		"msg": sprintf("expected the flag '%s' to be off in a protected bundle, found it on", [name]),
		"pointer": pointer(["flags", name, "enabled"]),
	}
}

# One origin as a text, or several in a list.
warn contains result if {
	walk(input, [path, value])
	value == "*"
	some name in array.slice(path, count(path) - 2, count(path))
	name in origins
	result := {
		"msg": "expected the origins that may call from a browser, found '*': every site may",
		"pointer": pointer(path),
	}
}

# RFC 6901, section 3.
pointer(path) := concat("", [concat("", ["/", replace(replace(sprintf("%v", [token]), "~", "~0"), "/", "~1")]) |
	some token in path
])
